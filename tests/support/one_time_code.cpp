#include "tests/support/one_time_code.hpp"

#include <liboath/oath.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace zenzefi::test {

std::string one_time_code(const std::string& secret, int steps_ahead) {
  constexpr unsigned kDigits = 6;
  char* key = nullptr;
  std::size_t length = 0;
  std::array<char, kDigits + 1> code{};
  if (oath_base32_decode(secret.data(), secret.size(), &key, &length) != OATH_OK) {
    throw std::runtime_error("a secret is no Base32");
  }
  const time_t moment = std::time(nullptr) + time_t{steps_ahead} * OATH_TOTP_DEFAULT_TIME_STEP_SIZE;
  const int status = oath_totp_generate(key, length, moment, OATH_TOTP_DEFAULT_TIME_STEP_SIZE,
                                        OATH_TOTP_DEFAULT_START_TIME, kDigits, code.data());
  std::free(key);
  if (status != OATH_OK) {
    throw std::runtime_error(std::string{"liboath: "} + oath_strerror(status));
  }
  return code.data();
}

}  // namespace zenzefi::test
