// JSON text for answers: money with exactly two decimals, times as ISO 8601 in UTC.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::http::json {

// Writes members of an object in the order of the calls:
//
//   Writer writer;
//   writer.object([&] { writer.member("balance", balance); writer.member("currency", "ZNC"); });
//   response.body = writer.text();
class Writer {
 public:
  template <typename Members>
  void object(Members&& members) {
    writer_.StartObject();
    members();
    writer_.EndObject();
  }

  template <typename Items>
  void array(std::string_view name, Items&& items) {
    key(name);
    writer_.StartArray();
    items();
    writer_.EndArray();
  }

  template <typename Members>
  void object(std::string_view name, Members&& members) {
    key(name);
    object(std::forward<Members>(members));
  }

  template <typename T>
  void member(std::string_view name, const T& data) {
    key(name);
    value(data);
  }

  // A member that is JSON text already.
  void json_member(std::string_view name, const std::string& json) {
    key(name);
    raw(json, rapidjson::kObjectType);
  }

  void value(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void value(const std::string& text) { value(std::string_view{text}); }
  void value(const char* text) { value(std::string_view{text}); }
  void value(bool flag) { writer_.Bool(flag); }
  void value(std::nullopt_t /*none*/) { writer_.Null(); }
  void value(std::integral auto number) { writer_.Int64(static_cast<std::int64_t>(number)); }
  void value(domain::Money money) { raw(money.to_string(), rapidjson::kNumberType); }
  void value(Timestamp time) { value(format_timestamp(time)); }
  void value(const Uuid& id) { value(id.to_string()); }
  template <typename T>
  void value(const std::optional<T>& maybe) {
    if (maybe) {
      value(*maybe);
    } else {
      writer_.Null();
    }
  }

  [[nodiscard]] std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void raw(const std::string& text, rapidjson::Type type) {
    writer_.RawValue(text.data(), text.size(), type);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace zenzefi::http::json
