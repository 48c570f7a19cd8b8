// Sixteen characters at once, for what each request goes through: a loop over them costs more for
// its end, which the processor does not foresee, than for its steps.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace zenzefi {

// Compares with plain characters, of each -1 if it holds, else 0. What is no ASCII is negative, and
// in no range of letters.
using Characters [[gnu::vector_size(16)]] = std::int8_t;

[[nodiscard]] inline bool are_zero(Characters characters) noexcept {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &characters, sizeof halves);
  return (halves[0] | halves[1]) == 0;
}

}  // namespace zenzefi
