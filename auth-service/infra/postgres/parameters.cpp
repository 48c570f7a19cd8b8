#include "infra/postgres/parameters.hpp"

#include <stdexcept>

#include "shared/hex.hpp"

namespace zenzefi::infra {

void Parameters::add(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("a text for the database holds a NUL");
  }
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
  std::string text{"{"};
  for (const std::int64_t number : numbers) {
    if (text.size() > 1) {
      text += ',';
    }
    text += std::to_string(number);
  }
  values_.emplace_back(text + '}');
}

}  // namespace zenzefi::infra
