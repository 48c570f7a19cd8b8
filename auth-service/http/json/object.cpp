#include "http/json/object.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>

#include "domain/text.hpp"

namespace zenzefi::http::json {
namespace {

using rapidjson::SizeType;

// rapidjson's SAX handler; a false return ends the parsing.
class Collector : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Collector> {
 public:
  explicit Collector(Parsed& parsed) : parsed_(parsed) {}

  bool Null() { return scalar(Kind::kNull, {}); }
  bool Bool(bool value) { return scalar(Kind::kBoolean, value ? "true" : "false"); }
  bool RawNumber(const char* text, SizeType length, bool /*copy*/) {
    return scalar(Kind::kNumber, {text, length});
  }
  bool String(const char* text, SizeType length, bool /*copy*/) {
    return scalar(Kind::kString, {text, length});
  }
  bool StartObject() { return depth_ == 0 ? ++depth_ != 0 : open(Kind::kObject); }
  bool EndObject(SizeType /*count*/) { return close(); }
  bool StartArray() { return open(Kind::kArray); }
  bool EndArray(SizeType /*count*/) { return close(); }

  bool Key(const char* text, SizeType length, bool /*copy*/) {
    if (depth_ > 1) {
      return true;
    }
    if (parsed_.object.fields.size() >= kMaxFields) {
      return stop(Problem::kMalformed);
    }
    Field field;
    field.name.assign(text, length);
    if (parsed_.object.find(field.name) != nullptr) {
      parsed_.duplicate = std::move(field.name);
      return stop(Problem::kDuplicate);
    }
    parsed_.object.fields.push_back(std::move(field));
    return true;
  }

 private:
  bool stop(Problem problem) {
    parsed_.problem = problem;
    return false;
  }

  bool scalar(Kind kind, std::string_view text) {
    if (depth_ == 0) {
      return stop(Problem::kNotObject);
    }
    if (depth_ == 1) {
      Field& field = parsed_.object.fields.back();
      field.kind = kind;
      field.text.assign(text);
    }
    return true;
  }

  bool open(Kind kind) {
    if (!scalar(kind, {})) {
      return false;
    }
    return ++depth_ <= kMaxDepth || stop(Problem::kMalformed);
  }

  bool close() {
    --depth_;
    return true;
  }

  Parsed& parsed_;
  std::size_t depth_ = 0;
};

// rapidjson lets a lone low surrogate (\udc00) through as bytes that are no UTF-8.
bool is_utf8(const Object& object) {
  return std::all_of(object.fields.begin(), object.fields.end(), [](const Field& field) {
    return domain::count_code_points(field.name) && domain::count_code_points(field.text);
  });
}

}  // namespace

const Field* Object::find(std::string_view name) const noexcept {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

Parsed parse_object(std::string_view text) {
  Parsed parsed;
  // rapidjson takes NUL for the end of the text, and what is behind it for nobody's.
  if (text.find('\0') != std::string_view::npos) {
    parsed.problem = Problem::kMalformed;
    return parsed;
  }
  Collector collector{parsed};
  rapidjson::MemoryStream stream{text.data(), text.size()};
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input{stream};
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(input, collector);
  if (!parsed.problem && (result.IsError() || !is_utf8(parsed.object))) {
    parsed.problem = Problem::kMalformed;
  }
  return parsed;
}

}  // namespace zenzefi::http::json
