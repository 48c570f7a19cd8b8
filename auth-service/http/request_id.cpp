#include "http/request_id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "shared/ascii.hpp"
#include "shared/hex.hpp"

namespace zenzefi::http {
namespace {

constexpr std::size_t kMaxLength = 64;

bool is_sane(std::string_view id) {
  return !id.empty() && id.size() <= kMaxLength && std::all_of(id.begin(), id.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
}

std::string make_request_id() {
  std::array<std::uint8_t, 16> bytes{};
  // Up to 256 bytes come whole or not at all (getrandom(2)); ids need to be told apart, no more.
  (void)getrandom(bytes.data(), bytes.size(), 0);
  std::string id(2 * bytes.size(), '\0');
  hex_encode(bytes, id.data());
  return id;
}

}  // namespace

std::string request_id_of(const Request& request) {
  const auto given = request.header(kRequestIdHeader);
  return given && is_sane(*given) ? std::string{*given} : make_request_id();
}

}  // namespace zenzefi::http
