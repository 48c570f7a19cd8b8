// Values for a statement, in the text form PostgreSQL reads them in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"
#include "shared/timestamp.hpp"
#include "shared/token.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::infra {

// Text that is bytes to the database.
[[nodiscard]] inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Overloads, one for each type a statement can take: what is not here does not get there by an
// implicit conversion.
//
// A time is sent as seconds since 1970 (statements say to_timestamp($n)), bytes as `\x…`.
class Parameters {
 public:
  template <typename... Values>
  explicit Parameters(const Values&... values) {
    values_.reserve(sizeof...(values));
    (add(values), ...);
  }

  [[nodiscard]] std::span<const std::optional<std::string>> values() const { return values_; }

 private:
  // Throws std::invalid_argument at a NUL, where libpq would end the text.
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view{text}); }
  void add(const char* text) { add(std::string_view{text}); }
  void add(const Uuid& id) { values_.emplace_back(id.to_string()); }
  void add(const TokenHash& hash);
  void add(std::span<const std::uint8_t> bytes);
  void add(domain::Money amount) { values_.emplace_back(amount.to_string()); }
  void add(Timestamp time) { add(std::int64_t{time.time_since_epoch().count()}); }
  void add(bool flag) { values_.emplace_back(flag ? "t" : "f"); }
  void add(std::int64_t number) { values_.emplace_back(std::to_string(number)); }
  void add(std::uint64_t number) { values_.emplace_back(std::to_string(number)); }
  void add(std::uint32_t number) { values_.emplace_back(std::to_string(number)); }
  // Arrays: '{1,2,3}'.
  void add(std::span<const std::int64_t> numbers);
  void add(std::span<const Uuid> ids);
  void add(std::span<const TokenHash> hashes);
  void add(std::span<const domain::Money> amounts);
  void add(std::span<const std::string> texts);

  template <typename T>
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);
    } else {
      values_.emplace_back();
    }
  }

  std::vector<std::optional<std::string>> values_;
};

}  // namespace zenzefi::infra
