#include "tests/support/json.hpp"

#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>
#include <utility>

#include "tests/support/pattern.hpp"

namespace zenzefi::test {

Json::Json(std::string text) : text_{std::move(text)} {
  document_.Parse(text_.data(), text_.size());
  if (document_.HasParseError()) {
    throw std::runtime_error("not JSON: " + text_);
  }
}

const rapidjson::Value* Json::find(std::string_view pointer) const {
  return rapidjson::Pointer{pointer.data(), pointer.size()}.Get(document_);
}

const rapidjson::Value& Json::at(std::string_view pointer) const {
  const rapidjson::Value* value = find(pointer);
  if (value == nullptr) {
    complain(pointer, "is missing");
  }
  return *value;
}

void Json::complain(std::string_view pointer, std::string_view what) const {
  throw std::runtime_error(std::string{pointer} + " " + std::string{what} + " in " + text_);
}

bool Json::has(std::string_view pointer) const {
  return find(pointer) != nullptr;
}

bool Json::is_null(std::string_view pointer) const {
  return at(pointer).IsNull();
}

std::string Json::text(std::string_view pointer) const {
  const rapidjson::Value& value = at(pointer);
  if (!value.IsString()) {
    complain(pointer, "is no string");
  }
  return {value.GetString(), value.GetStringLength()};
}

std::int64_t Json::integer(std::string_view pointer) const {
  const rapidjson::Value& value = at(pointer);
  if (!value.IsInt64()) {
    complain(pointer, "is no integer");
  }
  return value.GetInt64();
}

bool Json::boolean(std::string_view pointer) const {
  const rapidjson::Value& value = at(pointer);
  if (!value.IsBool()) {
    complain(pointer, "is no boolean");
  }
  return value.GetBool();
}

std::size_t Json::size(std::string_view pointer) const {
  const rapidjson::Value& value = at(pointer);
  if (!value.IsArray()) {
    complain(pointer, "is no array");
  }
  return value.Size();
}

std::string Json::number(std::string_view field) const {
  const auto match =
      first_match(text_, "\"" + std::string{field} + R"("\s*:\s*(-?[0-9][0-9.eE+-]*))");
  if (!match) {
    complain(field, "is no number");
  }
  return match->groups[1];
}

std::string quoted(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return buffer.GetString();
}

}  // namespace zenzefi::test
