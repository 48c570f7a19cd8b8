#include "domain/money.hpp"

#include <algorithm>
#include <cassert>

#include "shared/ascii.hpp"

namespace zenzefi::domain {
namespace {

__extension__ using Int128 = __int128;

constexpr int kMaxDigits = 12;         // of numeric(12,2), cents included
constexpr int kMaxExponentDigits = 4;  // more could only name zero, or nothing that fits

// A decimal number as its significant digits times a power of ten.
class Decimal {
 public:
  void append(char digit) {
    if (digit == '0') {
      zeros_ += significant_ > 0 ? 1 : 0;
      return;
    }
    // Zeros count only once another digit follows; before that they are part of the exponent.
    significant_ += zeros_ + 1;
    for (; zeros_ >= 0 && significant_ <= kMaxDigits; --zeros_) {
      digits_ *= 10;
    }
    zeros_ = 0;
    digits_ += digit - '0';
  }

  void shift(int exponent) { exponent_ += exponent; }

  // The number times a hundred, if that is whole and has at most kMaxDigits digits.
  [[nodiscard]] std::optional<std::int64_t> cents() const {
    if (significant_ == 0) {
      return 0;
    }
    int shift = exponent_ + zeros_ + 2;
    if (shift < 0 || significant_ + shift > kMaxDigits) {
      return std::nullopt;
    }
    std::int64_t cents = digits_;
    for (; shift > 0; --shift) {
      cents *= 10;
    }
    return cents;
  }

 private:
  std::int64_t digits_ = 0;
  int significant_ = 0;  // how many digits there are in digits_
  int zeros_ = 0;        // seen since
  int exponent_ = 0;
};

// Reads the parts of a JSON number (RFC 8259, section 6) one after another.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  // The digits that come next, possibly none.
  std::string_view digits() {
    const auto end = std::ranges::find_if_not(rest_, is_digit);
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
  }

 private:
  std::string_view rest_;
};

std::optional<int> read_exponent(Reader& reader) {
  const bool negative = reader.accept('-');
  if (!negative) {
    reader.accept('+');
  }
  std::string_view digits = reader.digits();
  if (digits.empty()) {
    return std::nullopt;
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  int exponent = 0;
  for (const char digit : digits.substr(0, kMaxExponentDigits + 1)) {
    exponent = exponent * 10 + (digit - '0');
  }
  return negative ? -exponent : exponent;
}

std::optional<Decimal> read_unsigned(Reader& reader) {
  Decimal decimal;
  const std::string_view whole = reader.digits();
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) {
    return std::nullopt;
  }
  std::ranges::for_each(whole, [&](char digit) { decimal.append(digit); });
  if (reader.accept('.')) {
    const std::string_view fraction = reader.digits();
    if (fraction.empty()) {
      return std::nullopt;
    }
    std::ranges::for_each(fraction, [&](char digit) { decimal.append(digit); });
    decimal.shift(-static_cast<int>(fraction.size()));
  }
  if (reader.accept('e') || reader.accept('E')) {
    const auto exponent = read_exponent(reader);
    if (!exponent) {
      return std::nullopt;
    }
    decimal.shift(*exponent);
  }
  return decimal;
}

}  // namespace

std::optional<Money> Money::parse(std::string_view decimal) noexcept {
  if (decimal.size() > kMaxDecimalLength) {
    return std::nullopt;
  }
  Reader reader{decimal};
  const bool negative = reader.accept('-');
  const auto number = read_unsigned(reader);
  if (!number || !reader.at_end()) {
    return std::nullopt;
  }
  const auto cents = number->cents();
  if (!cents) {
    return std::nullopt;
  }
  return from_cents(negative ? -*cents : *cents);
}

std::string Money::to_string() const {
  // Negated as unsigned: the most negative value has no positive counterpart.
  const auto magnitude =
      cents_ < 0 ? 0 - static_cast<std::uint64_t>(cents_) : static_cast<std::uint64_t>(cents_);
  const std::string cents = std::to_string(magnitude % 100);
  return (cents_ < 0 ? "-" : "") + std::to_string(magnitude / 100) + "." +
         (cents.size() == 1 ? "0" : "") + cents;
}

Money Money::share(std::int64_t part, std::int64_t whole) const {
  assert(whole > 0 && part >= 0);
  const Int128 product = Int128{cents_} * part;
  const Int128 magnitude = product < 0 ? -product : product;
  Int128 quotient = magnitude / whole;
  const Int128 twice_rest = magnitude % whole * 2;
  if (twice_rest > whole || (twice_rest == whole && quotient % 2 != 0)) {
    ++quotient;
  }
  return from_cents(static_cast<std::int64_t>(product < 0 ? -quotient : quotient));
}

}  // namespace zenzefi::domain
