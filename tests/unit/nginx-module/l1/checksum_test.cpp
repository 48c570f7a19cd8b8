#include "l1/checksum.hpp"

#include <gtest/gtest.h>

#include <set>

namespace zenzefi::gateway {
namespace {

using Words = std::array<std::uint64_t, 5>;

std::uint64_t checksum(std::uint64_t stamp, const Words& words) {
  return Checksum{stamp}.add(words).value();
}

TEST(Checksum, SameWordsAndStampGiveTheSame) {
  EXPECT_EQ(checksum(7, {1, 2, 3, 4, 5}), checksum(7, {1, 2, 3, 4, 5}));
}

TEST(Checksum, DependsOnTheStamp) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t stamp = 0; stamp < 10000; ++stamp) {
    seen.insert(checksum(stamp, {1, 2, 3, 4, 5}));
  }
  EXPECT_EQ(seen.size(), 10000U);
}

TEST(Checksum, DependsOnEveryBitOfEveryWord) {
  const Words words{0x1111, 0, ~std::uint64_t{0}, 42, 1};
  std::set<std::uint64_t> seen{checksum(7, words)};
  for (std::size_t word = 0; word < words.size(); ++word) {
    for (int bit = 0; bit < 64; ++bit) {
      Words changed = words;
      changed[word] ^= std::uint64_t{1} << bit;
      seen.insert(checksum(7, changed));
    }
  }
  EXPECT_EQ(seen.size(), 1 + words.size() * 64);
}

TEST(Checksum, DependsOnTheOrderOfWords) {
  EXPECT_NE(checksum(7, {1, 2, 3, 4, 5}), checksum(7, {2, 1, 3, 4, 5}));
  EXPECT_NE(checksum(7, {1, 2, 3, 4, 5}), checksum(7, {3, 4, 1, 2, 5}));
}

}  // namespace
}  // namespace zenzefi::gateway
