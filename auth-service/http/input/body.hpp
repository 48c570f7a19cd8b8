// A request's JSON object, held against what a call expects of it. Everything that is wrong is
// collected, so that a client sees all bad fields at once:
//
//   Body body{request};
//   input.email = body.text("email", domain::email_problem);
//   input.full_name = body.optional_text("full_name", domain::full_name_problem);
//   if (!body.ok()) {
//     return body.refusal();
//   }
//
// Fields nobody asks for are ignored. What is missing or wrong reads as empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/validation.hpp"
#include "http/error_response.hpp"
#include "http/json/object.hpp"
#include "http/message.hpp"

namespace zenzefi::http {

// What is wrong with a string, as a clause; see domain/validation.hpp.
using TextRule = domain::Problem (*)(std::string_view);
// For what is held against something else later.
[[nodiscard]] inline domain::Problem any_text(std::string_view /*text*/) {
  return {};
}
using MoneyRule = domain::Problem (*)(domain::Money);

class Body {
 public:
  explicit Body(const Request& request);

  [[nodiscard]] std::string text(std::string_view name, TextRule rule);
  // Empty when the field is missing or null.
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name, TextRule rule);
  // Empty when the field is missing; holds an empty optional when it is null.
  [[nodiscard]] std::optional<std::optional<std::string>> nullable_text(std::string_view name,
                                                                        TextRule rule);
  [[nodiscard]] bool flag(std::string_view name, bool otherwise);
  // Empty when the field is missing.
  [[nodiscard]] std::optional<bool> optional_flag(std::string_view name);
  [[nodiscard]] domain::Money money(std::string_view name, MoneyRule rule);
  // Any integer fits the schema; one out of range reads as 0.
  [[nodiscard]] std::uint32_t integer(std::string_view name);

  [[nodiscard]] bool ok() const noexcept { return !unreadable_ && errors_.empty(); }
  // 415 when it is no JSON by its media type, else 422.
  [[nodiscard]] Response refusal() const;

 private:
  [[nodiscard]] const json::Field* find(std::string_view name) const;
  [[nodiscard]] const json::Field* require(std::string_view name);
  std::string checked(const json::Field& field, TextRule rule);
  void add_error(std::string_view name, std::string_view message, std::string_view type);
  void cannot_read(FieldError error);

  json::Object object_;
  std::optional<Response> unreadable_;
  std::vector<FieldError> errors_;
};

}  // namespace zenzefi::http
