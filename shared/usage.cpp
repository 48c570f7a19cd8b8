#include "shared/usage.hpp"

#include <arpa/inet.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>

namespace zenzefi {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;
using Value = rapidjson::Value;

constexpr std::size_t kMaxAddressLength = 45;  // IPv6 with an embedded IPv4 address

void write_text(Writer& writer, std::string_view name, std::string_view text) {
  writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_count(Writer& writer, std::string_view name, std::uint64_t count) {
  writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  writer.Uint64(std::min(count, kMaxUsageCount));
}

void write_delta(Writer& writer, const UsageDelta& delta) {
  writer.StartObject();
  write_text(writer, "token_id", delta.token_id.to_string());
  write_text(writer, "user_id", delta.user_id.to_string());
  write_text(writer, "ip_address", delta.ip_address);
  write_text(writer, "user_agent", usage_user_agent(delta.user_agent));
  write_count(writer, "requests", delta.requests);
  write_count(writer, "bytes_in", delta.bytes_in);
  write_count(writer, "bytes_out", delta.bytes_out);
  write_text(writer, "first_activity", format_timestamp(delta.first_activity));
  write_text(writer, "last_activity", format_timestamp(delta.last_activity));
  writer.EndObject();
}

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

std::string format_usage_deltas(std::span<const UsageDelta> deltas) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  for (const UsageDelta& delta : deltas) {
    write_delta(writer, delta);
  }
  writer.EndArray();
  return {buffer.GetString(), buffer.GetSize()};
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
