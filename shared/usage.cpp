#include "shared/usage.hpp"

#include <arpa/inet.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace zenzefi {
namespace {

using Value = rapidjson::Value;

constexpr std::size_t kMaxAddressLength = 45;  // IPv6 with an embedded IPv4 address

// Printable, so that no more has to be escaped than this.
void write_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c < ' ' || c > '~' ? '?' : c;
  }
}

void write_uuid(std::string& out, const Uuid& id) {
  std::array<char, Uuid::kTextLength> text;
  id.write(text);
  out.append(text.data(), text.size());
}

void write_count(std::string& out, std::uint64_t count) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), std::min(count, kMaxUsageCount)).ptr;
  out.append(digits.begin(), end);
}

// What a delta takes with an address and a user agent as they usually are.
constexpr std::size_t kUsualDeltaLength = 400;

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  return text.size() <= kMaxAddressLength && text.find('\0') == std::string::npos &&
         (inet_pton(AF_INET, text.c_str(), binary.data()) == 1 ||
          inet_pton(AF_INET6, text.c_str(), binary.data()) == 1);
}

// Reads the members of one object; `ok` is false from the first that is not as it must be.
class DeltaReader {
 public:
  explicit DeltaReader(const Value& object) : object_(object), ok_(object.IsObject()) {}

  [[nodiscard]] bool ok() const { return ok_; }

  std::string_view text(const char* name) {
    const Value* value = find(name);
    if (value == nullptr || !value->IsString()) {
      ok_ = false;
      return {};
    }
    return {value->GetString(), value->GetStringLength()};
  }

  std::uint64_t count(const char* name) {
    const Value* value = find(name);
    if (value == nullptr || !value->IsUint64() || value->GetUint64() > kMaxUsageCount) {
      ok_ = false;
      return 0;
    }
    return value->GetUint64();
  }

  Uuid uuid(const char* name) { return must(Uuid::parse(text(name))); }
  Timestamp time(const char* name) { return must(parse_timestamp(text(name))); }

 private:
  const Value* find(const char* name) {
    if (!ok_) {
      return nullptr;
    }
    const auto member = object_.FindMember(name);
    return member == object_.MemberEnd() ? nullptr : &member->value;
  }

  template <typename T>
  T must(const std::optional<T>& value) {
    ok_ = ok_ && value.has_value();
    return value.value_or(T{});
  }

  const Value& object_;
  bool ok_;
};

std::optional<UsageDelta> read_delta(const Value& object) {
  DeltaReader reader(object);
  UsageDelta delta;
  delta.token_id = reader.uuid("token_id");
  delta.user_id = reader.uuid("user_id");
  delta.ip_address = reader.text("ip_address");
  delta.user_agent = usage_user_agent(reader.text("user_agent"));
  delta.requests = reader.count("requests");
  delta.bytes_in = reader.count("bytes_in");
  delta.bytes_out = reader.count("bytes_out");
  delta.first_activity = reader.time("first_activity");
  delta.last_activity = reader.time("last_activity");
  if (!reader.ok() || delta.first_activity > delta.last_activity) {
    return std::nullopt;
  }
  if (!is_address(delta.ip_address)) {
    delta.ip_address.clear();
  }
  return delta;
}

}  // namespace

std::string usage_user_agent(std::string_view header) {
  std::string text{header.substr(0, kMaxUsageUserAgentLength)};
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

UsageDeltasText::UsageDeltasText(std::size_t expected_deltas) {
  text_.reserve(expected_deltas * kUsualDeltaLength);
  text_ += '[';
}

// By hand, for nginx writes one for each client and second: a general writer looks at each
// character of what cannot need it.
void UsageDeltasText::add(const UsageDelta& delta) {
  text_ += text_.size() > 1 ? R"(,{"token_id":")" : R"({"token_id":")";
  write_uuid(text_, delta.token_id);
  text_ += R"(","user_id":")";
  write_uuid(text_, delta.user_id);
  text_ += R"(","ip_address":")";
  write_text(text_, delta.ip_address);
  text_ += R"(","user_agent":")";
  write_text(text_, std::string_view{delta.user_agent}.substr(0, kMaxUsageUserAgentLength));
  text_ += R"(","requests":)";
  write_count(text_, delta.requests);
  text_ += R"(,"bytes_in":)";
  write_count(text_, delta.bytes_in);
  text_ += R"(,"bytes_out":)";
  write_count(text_, delta.bytes_out);
  text_ += R"(,"first_activity":")";
  text_ += first_.of(delta.first_activity);
  text_ += R"(","last_activity":")";
  text_ += last_.of(delta.last_activity);
  text_ += R"("})";
}

std::string UsageDeltasText::finish() {
  text_ += ']';
  return std::move(text_);
}

std::string_view UsageDeltasText::TimeText::of(Timestamp time) {
  if (text_.empty() || time != time_) {
    text_ = format_timestamp(time);
    time_ = time;
  }
  return text_;
}

std::string format_usage_deltas(std::span<const UsageDelta> deltas) {
  UsageDeltasText text{deltas.size()};
  for (const UsageDelta& delta : deltas) {
    text.add(delta);
  }
  return text.finish();
}

std::optional<std::vector<UsageDelta>> parse_usage_deltas(std::string_view json) noexcept try {
  if (json.size() > kMaxUsageDeltasLength || json.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  if (document.HasParseError() || !document.IsArray() || document.Size() > kMaxUsageDeltas) {
    return std::nullopt;
  }
  std::vector<UsageDelta> deltas;
  deltas.reserve(document.Size());
  for (const Value& item : document.GetArray()) {
    auto delta = read_delta(item);
    if (!delta) {
      return std::nullopt;
    }
    deltas.push_back(std::move(*delta));
  }
  return deltas;
} catch (...) {
  return std::nullopt;
}

}  // namespace zenzefi
