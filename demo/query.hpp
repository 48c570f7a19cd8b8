// The query part of a request target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zenzefi::demo {

// Views into the text it was made from.
class Query {
 public:
  explicit Query(std::string_view text) noexcept : text_(text) {}

  // Percent-decoded value of the first argument of that name.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  // `fallback` when the argument is missing or no decimal number.
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t fallback) const;

 private:
  std::string_view text_;
};

}  // namespace zenzefi::demo
