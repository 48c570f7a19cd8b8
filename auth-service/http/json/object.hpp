// A JSON object as requests carry it: flat. What is nested is noticed and skipped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zenzefi::http::json {

enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };

struct Field {
  std::string name;
  Kind kind = Kind::kNull;
  // Of a string: its characters, UTF-8. Of a number: as it was written, never a binary float. Of a
  // boolean: "true" or "false".
  std::string text;
};

struct Object {
  std::vector<Field> fields;  // names are unique

  [[nodiscard]] const Field* find(std::string_view name) const noexcept;
};

enum class Problem {
  kMalformed,  // no JSON (RFC 8259), not UTF-8, too deep, too many fields, or text behind it
  kNotObject,
  kDuplicate,  // a name stands there twice; two readers could take one each
};

struct Parsed {
  std::optional<Problem> problem;
  Object object;
  std::string duplicate;  // the name, of kDuplicate
};

inline constexpr std::size_t kMaxDepth = 16;
inline constexpr std::size_t kMaxFields = 64;

// Iteratively: depth costs no stack.
[[nodiscard]] Parsed parse_object(std::string_view text);

}  // namespace zenzefi::http::json
