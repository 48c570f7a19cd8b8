#include "infra/postgres/parameters.hpp"

#include <stdexcept>

#include "shared/hex.hpp"

namespace zenzefi::infra {
namespace {

void refuse_nul(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("a text for the database holds a NUL");
  }
}

std::string quoted_element(const std::string& text) {
  refuse_nul(text);
  std::string element{'"'};
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      element += '\\';
    }
    element += c;
  }
  return element + '"';
}

template <typename T, typename Write>
std::string array_of(std::span<const T> values, const Write& write) {
  std::string text{"{"};
  for (const T& value : values) {
    text.append(text.size() > 1 ? "," : "").append(write(value));
  }
  return text + '}';
}

}  // namespace

void Parameters::add(std::string_view text) {
  refuse_nul(text);
  values_.emplace_back(text);
}

void Parameters::add(const TokenHash& hash) {
  add(std::span<const std::uint8_t>{hash.bytes});
}

void Parameters::add(std::span<const std::uint8_t> bytes) {
  std::string text(2 + 2 * bytes.size(), '\\');
  text[1] = 'x';
  hex_encode(bytes, text.data() + 2);
  values_.emplace_back(std::move(text));
}

void Parameters::add(std::span<const std::int64_t> numbers) {
  values_.emplace_back(
      array_of(numbers, [](std::int64_t number) { return std::to_string(number); }));
}

void Parameters::add(std::span<const Uuid> ids) {
  values_.emplace_back(array_of(ids, [](const Uuid& id) { return id.to_string(); }));
}

void Parameters::add(std::span<const TokenHash> hashes) {
  // The backslash of \x, escaped once for the array.
  values_.emplace_back(
      array_of(hashes, [](const TokenHash& hash) { return R"("\\x)" + hash.hex() + '"'; }));
}

void Parameters::add(std::span<const domain::Money> amounts) {
  values_.emplace_back(array_of(amounts, [](domain::Money amount) { return amount.to_string(); }));
}

void Parameters::add(std::span<const std::string> texts) {
  values_.emplace_back(array_of(texts, quoted_element));
}

}  // namespace zenzefi::infra
