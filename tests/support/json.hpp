// A JSON answer, looked into by pointer (RFC 6901): "/user/id", "/items/0/token".
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace zenzefi::test {

// Reading what is not there, or of another type, throws std::runtime_error with the whole text.
class Json {
 public:
  explicit Json(std::string text);  // throws std::runtime_error for what is not JSON

  [[nodiscard]] bool has(std::string_view pointer) const;
  [[nodiscard]] bool is_null(std::string_view pointer) const;
  [[nodiscard]] std::string text(std::string_view pointer) const;
  [[nodiscard]] std::int64_t integer(std::string_view pointer) const;
  [[nodiscard]] bool boolean(std::string_view pointer) const;
  [[nodiscard]] std::size_t size(std::string_view pointer) const;  // of an array

  // A number exactly as it was written ("18.00"), found by its field's name: the first such field.
  [[nodiscard]] std::string number(std::string_view field) const;

  [[nodiscard]] const std::string& source() const noexcept { return text_; }
  [[nodiscard]] const rapidjson::Document& document() const noexcept { return document_; }

 private:
  [[nodiscard]] const rapidjson::Value* find(std::string_view pointer) const;
  [[nodiscard]] const rapidjson::Value& at(std::string_view pointer) const;
  [[noreturn]] void complain(std::string_view pointer, std::string_view what) const;

  std::string text_;
  rapidjson::Document document_;
};

// As a JSON string, with its quotes.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace zenzefi::test
