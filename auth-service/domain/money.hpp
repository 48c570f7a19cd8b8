// Credits (ZNC), exact to 0.01: never a binary float.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zenzefi::domain {

class Money {
 public:
  static constexpr std::size_t kMaxDecimalLength = 128;

  constexpr Money() = default;
  [[nodiscard]] static constexpr Money from_cents(std::int64_t cents) { return Money{cents}; }

  // "18", "18.0", "18.00", "-3.50", "1.8e1": any JSON number that is a whole number of cents and
  // fits numeric(12,2). Empty for anything else, and for text longer than kMaxDecimalLength.
  [[nodiscard]] static std::optional<Money> parse(std::string_view decimal) noexcept;

  [[nodiscard]] constexpr std::int64_t cents() const { return cents_; }

  // Always two decimals: "18.00", "-0.50".
  [[nodiscard]] std::string to_string() const;

  // This times part / whole, rounded half-even to 0.01. Requires part >= 0, whole > 0, and a result
  // that fits.
  [[nodiscard]] Money share(std::int64_t part, std::int64_t whole) const;

  friend constexpr bool operator==(Money, Money) = default;
  friend constexpr std::strong_ordering operator<=>(Money a, Money b) {
    return a.cents_ <=> b.cents_;
  }
  friend constexpr Money operator+(Money a, Money b) { return Money{a.cents_ + b.cents_}; }
  friend constexpr Money operator-(Money a, Money b) { return Money{a.cents_ - b.cents_}; }
  friend constexpr Money operator-(Money a) { return Money{-a.cents_}; }

 private:
  explicit constexpr Money(std::int64_t cents) : cents_(cents) {}

  std::int64_t cents_ = 0;
};

}  // namespace zenzefi::domain
