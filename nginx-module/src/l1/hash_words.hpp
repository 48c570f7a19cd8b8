// A token's hash as the tables in shared memory use it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "shared/token.hpp"

namespace zenzefi::gateway {

// The hash is SHA-256, so any of its bits are as good as random: different bits choose the place
// and the tag.
class HashWords {
 public:
  explicit HashWords(const TokenHash& hash) noexcept {
    static_assert(sizeof words_ == sizeof hash.bytes);
    std::memcpy(words_.data(), hash.bytes.data(), sizeof words_);
  }

  [[nodiscard]] const std::array<std::uint64_t, 4>& words() const noexcept { return words_; }

  // 0 to count - 1, evenly spread; count below 2^32.
  [[nodiscard]] std::size_t place_among(std::size_t count) const noexcept {
    return static_cast<std::size_t>(((words_[0] >> 32) * count) >> 32);
  }

  // Bits that place_among() does not look at.
  [[nodiscard]] std::uint64_t tag_bits() const noexcept { return words_[1]; }

 private:
  std::array<std::uint64_t, 4> words_;
};

}  // namespace zenzefi::gateway
