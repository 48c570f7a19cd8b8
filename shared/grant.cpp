#include "shared/grant.hpp"

#include <rapidjson/document.h>

#include <cstddef>

namespace zenzefi {
namespace {

// A record is a flat object of a few short fields: parsing never leaves these buffers unless an
// unknown field is large.
constexpr std::size_t kValueBuffer = 4096;
constexpr std::size_t kParseBuffer = 1024;

using Allocator = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Allocator, Allocator>;
using Value = Document::ValueType;

std::optional<std::string_view> string_field(const Value& object, const char* name) {
  const auto it = object.FindMember(name);
  if (it == object.MemberEnd() || !it->value.IsString()) {
    return std::nullopt;
  }
  return std::string_view{it->value.GetString(), it->value.GetStringLength()};
}

std::optional<Uuid> uuid_field(const Value& object, const char* name) {
  const auto text = string_field(object, name);
  return text ? Uuid::parse(*text) : std::nullopt;
}

// Present but no plausible number of hours: the record is not ours to trust.
std::optional<std::uint32_t> duration_field(const Value& object) {
  const auto it = object.FindMember("duration_hours");
  if (it == object.MemberEnd() || it->value.IsNull()) {
    return 0;
  }
  return it->value.IsUint() ? std::optional{it->value.GetUint()} : std::nullopt;
}

// Two fields of one name: which one counts would be up to the reader.
bool has_duplicates(const Value& object) {
  for (auto it = object.MemberBegin(); it != object.MemberEnd(); ++it) {
    if (object.FindMember(it->name) != it) {
      return true;
    }
  }
  return false;
}

std::optional<GrantRecord> read_record(const Value& object) {
  if (!object.IsObject() || has_duplicates(object)) {
    return std::nullopt;
  }
  if (const auto it = object.FindMember("revoked"); it != object.MemberEnd()) {
    if (it->value.IsTrue()) {
      const auto revoked_at = string_field(object, "revoked_at");
      return Tombstone{revoked_at ? parse_precise_timestamp(*revoked_at) : std::nullopt};
    }
    if (!it->value.IsFalse() && !it->value.IsNull()) {
      return std::nullopt;
    }
  }
  const auto user_id = uuid_field(object, "user_id");
  const auto token_id = uuid_field(object, "token_id");
  const auto expires_text = string_field(object, "expires_at");
  const auto expires_at = expires_text ? parse_timestamp(*expires_text) : std::nullopt;
  const auto duration = duration_field(object);
  if (!user_id || !token_id || !expires_at || !duration) {
    return std::nullopt;
  }
  return Grant{*user_id, *token_id, *expires_at, *duration};
}

}  // namespace

std::optional<GrantRecord> parse_grant_record(std::string_view json) noexcept try {
  // RapidJSON takes a NUL for the end of the text and would not look at what follows.
  if (json.size() > kMaxGrantRecordLength || json.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  alignas(std::max_align_t) char value_buffer[kValueBuffer];
  alignas(std::max_align_t) char parse_buffer[kParseBuffer];
  Allocator values{value_buffer, sizeof value_buffer};
  Allocator stack{parse_buffer, sizeof parse_buffer};
  Document document{&values, sizeof parse_buffer / 2, &stack};
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  return document.HasParseError() ? std::nullopt : read_record(document);
} catch (...) {
  return std::nullopt;
}

std::string format_grant_record(const GrantRecord& record) {
  const auto* grant = std::get_if<Grant>(&record);
  if (grant == nullptr) {
    const auto& revoked_at = std::get<Tombstone>(record).revoked_at;
    return revoked_at ? R"({"revoked":true,"revoked_at":")" +
                            format_precise_timestamp(*revoked_at) + R"("})"
                      : R"({"revoked":true})";
  }
  return R"({"user_id":")" + grant->user_id.to_string() + R"(","token_id":")" +
         grant->token_id.to_string() + R"(","expires_at":")" + format_timestamp(grant->expires_at) +
         R"(","duration_hours":)" + std::to_string(grant->duration_hours) + "}";
}

}  // namespace zenzefi
