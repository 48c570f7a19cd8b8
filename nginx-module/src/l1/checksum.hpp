// The check that ties the words of a payload to each other and to one write.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace zenzefi::gateway {

// Detects accidents, not forgers: words of two writes that got mixed pass with a probability of
// 2^-64. Pairs of words are multiplied to 128 bits and folded, as wyhash does, because that takes
// the fewest cycles; the constants are its own.
class Checksum {
 public:
  explicit constexpr Checksum(std::uint64_t stamp) noexcept : state_(fold(stamp ^ kSeed, kFinal)) {}

  template <std::size_t kCount>
  constexpr Checksum& add(const std::array<std::uint64_t, kCount>& words) noexcept {
    // Without a loop, so that words that are in registers stay there.
    [&]<std::size_t... kPair>(std::index_sequence<kPair...>) {
      (add_pair(words[2 * kPair], words[2 * kPair + 1]), ...);
    }
    (std::make_index_sequence<kCount / 2>());
    if constexpr (kCount % 2 != 0) {
      add_pair(words.back(), 0);
    }
    return *this;
  }

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return fold(state_, kFinal); }

 private:
  __extension__ using Wide = unsigned __int128;

  static constexpr std::uint64_t kSeed = 0xa0761d6478bd642f;
  static constexpr std::uint64_t kLeft = 0xe7037ed1a0b428db;
  static constexpr std::uint64_t kRight = 0x8ebc6af09c88c6e3;
  static constexpr std::uint64_t kFinal = 0x589965cc75374cc3;

  static constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  // The products do not depend on each other; only their sum does on the order, by the multiplier
  // that moves on.
  constexpr void add_pair(std::uint64_t a, std::uint64_t b) noexcept {
    state_ += fold(a ^ left_, b ^ kRight);
    left_ += kSeed;
  }

  std::uint64_t state_;
  std::uint64_t left_ = kLeft;
};

}  // namespace zenzefi::gateway
