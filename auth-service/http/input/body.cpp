#include "http/input/body.hpp"

#include <charconv>
#include <utility>

#include "shared/ascii.hpp"

namespace zenzefi::http {
namespace {

bool is_json(const Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  constexpr std::string_view kJson = "application/json";
  if (!equal_ignoring_case(type.substr(0, kJson.size()), kJson)) {
    return false;
  }
  const std::size_t next = type.find_first_not_of(" \t", kJson.size());
  return next == std::string_view::npos || type[next] == ';';
}

FieldError describe(const json::Parsed& parsed) {
  switch (*parsed.problem) {
    case json::Problem::kNotObject:
      return {{"body"}, "Input should be a JSON object", "object_type"};
    case json::Problem::kDuplicate:
      return {{"body", parsed.duplicate}, "Field given more than once", "duplicate"};
    case json::Problem::kMalformed:
      break;
  }
  return {{"body"}, "JSON decode error", "json_invalid"};
}

}  // namespace

Body::Body(const Request& request) {
  if (request.body.empty()) {
    cannot_read({{"body"}, "Field required", "missing"});
    return;
  }
  if (!is_json(request)) {
    unreadable_ = error_response(415, "Content-Type must be application/json");
    return;
  }
  json::Parsed parsed = json::parse_object(request.body);
  if (parsed.problem) {
    cannot_read(describe(parsed));
    return;
  }
  object_ = std::move(parsed.object);
}

std::string Body::text(std::string_view name, TextRule rule) {
  const json::Field* field = require(name);
  return field != nullptr ? checked(*field, rule) : std::string{};
}

std::optional<std::string> Body::optional_text(std::string_view name, TextRule rule) {
  return nullable_text(name, rule).value_or(std::nullopt);
}

std::optional<std::optional<std::string>> Body::nullable_text(std::string_view name,
                                                              TextRule rule) {
  const json::Field* field = find(name);
  if (field == nullptr) {
    return std::nullopt;
  }
  if (field->kind == json::Kind::kNull) {
    return std::optional<std::string>{};
  }
  return std::optional{checked(*field, rule)};
}

bool Body::flag(std::string_view name, bool otherwise) {
  return optional_flag(name).value_or(otherwise);
}

std::optional<bool> Body::optional_flag(std::string_view name) {
  const json::Field* field = find(name);
  if (field == nullptr) {
    return std::nullopt;
  }
  if (field->kind != json::Kind::kBoolean) {
    add_error(name, "Input should be a valid boolean", "bool_type");
    return std::nullopt;
  }
  return field->text == "true";
}

domain::Money Body::money(std::string_view name, MoneyRule rule) {
  const json::Field* field = require(name);
  if (field == nullptr) {
    return {};
  }
  if (field->kind != json::Kind::kNumber) {
    add_error(name, "Input should be a valid number", "decimal_type");
    return {};
  }
  const auto amount = domain::Money::parse(field->text);
  if (!amount) {
    add_error(name, "Input should have no more than two decimals and be in range",
              "decimal_parsing");
    return {};
  }
  if (const domain::Problem problem = rule(*amount)) {
    add_error(name, *problem, "value_error");
  }
  return *amount;
}

std::uint32_t Body::integer(std::string_view name) {
  const json::Field* field = require(name);
  if (field == nullptr) {
    return 0;
  }
  const bool whole = field->text.find_first_of(".eE") == std::string::npos;
  if (field->kind != json::Kind::kNumber || !whole) {
    add_error(name, "Input should be a valid integer", "int_type");
    return 0;
  }
  std::uint32_t number = 0;
  const char* const end = field->text.data() + field->text.size();
  const auto result = std::from_chars(field->text.data(), end, number);
  return result.ec == std::errc{} && result.ptr == end ? number : 0;
}

Response Body::refusal() const {
  return unreadable_ ? *unreadable_ : validation_error(errors_);
}

const json::Field* Body::find(std::string_view name) const {
  return object_.find(name);
}

const json::Field* Body::require(std::string_view name) {
  const json::Field* field = find(name);
  if (field == nullptr) {
    add_error(name, "Field required", "missing");
  }
  return field;
}

std::string Body::checked(const json::Field& field, TextRule rule) {
  if (field.kind != json::Kind::kString) {
    add_error(field.name, "Input should be a valid string", "string_type");
    return {};
  }
  if (const domain::Problem problem = rule(field.text)) {
    add_error(field.name, *problem, "value_error");
    return {};
  }
  return field.text;
}

void Body::add_error(std::string_view name, std::string_view message, std::string_view type) {
  errors_.push_back({{"body", std::string{name}}, std::string{message}, std::string{type}});
}

void Body::cannot_read(FieldError error) {
  unreadable_ = validation_error({std::move(error)});
}

}  // namespace zenzefi::http
