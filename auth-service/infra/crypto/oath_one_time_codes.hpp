// app::OneTimeCodes by liboath.
#pragma once

#include <string>

#include "app/one_time_codes.hpp"

namespace zenzefi::infra {

inline constexpr unsigned kOneTimeCodeDigits = 6;

class OathOneTimeCodes final : public app::OneTimeCodes {
 public:
  // Throws std::runtime_error when liboath cannot be used.
  OathOneTimeCodes();

  // Throws std::runtime_error when `secret` is no Base32: none of ours is not.
  [[nodiscard]] std::optional<std::int64_t> step_of(std::string_view code, std::string_view secret,
                                                    Timestamp now) const override;
};

// The code of a time step. `key` is the secret itself; 6 to 8 digits.
[[nodiscard]] std::string one_time_code(std::string_view key, std::int64_t step, unsigned digits);

}  // namespace zenzefi::infra
