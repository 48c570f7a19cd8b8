#include "l1/huge_view.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "shared_memory.hpp"

namespace zenzefi::gateway {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

TEST(HugeViewTest, IsTheSameMemory) {
  // Not a whole number of huge pages.
  const test::SharedMemory memory{5 * kMebibyte};
  auto* const bytes = static_cast<std::byte*>(memory.data());
  bytes[0] = std::byte{1};
  bytes[memory.size() - 1] = std::byte{2};
  {
    const HugeView view{memory.data(), memory.size()};
    EXPECT_EQ(view.data()[0], std::byte{1});
    EXPECT_EQ(view.data()[memory.size() - 1], std::byte{2});
    EXPECT_EQ(view.data()[kMebibyte], std::byte{0});
    bytes[kMebibyte] = std::byte{3};
    EXPECT_EQ(view.data()[kMebibyte], std::byte{3});
    view.data()[3 * kMebibyte] = std::byte{4};
  }
  EXPECT_EQ(bytes[3 * kMebibyte], std::byte{4});
}

TEST(HugeViewTest, IsAlignedForWhatItHasInHugePages) {
  const test::SharedMemory memory{4 * kMebibyte};
  const HugeView view{memory.data(), memory.size()};
  if (view.huge() == 0) {
    EXPECT_EQ(view.data(), memory.data());
  } else {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.data()) % (2 * kMebibyte), 0);
    EXPECT_LE(view.huge(), memory.size());
  }
}

// As workers do that start one after the other.
TEST(HugeViewTest, CanBeHadSeveralTimes) {
  const test::SharedMemory memory{4 * kMebibyte};
  const HugeView first{memory.data(), memory.size()};
  first.data()[7] = std::byte{9};
  const HugeView second{memory.data(), memory.size()};
  EXPECT_EQ(second.data()[7], std::byte{9});
  EXPECT_EQ(second.huge(), first.huge());
}

TEST(HugeViewTest, LeavesAloneWhatIsSmall) {
  const test::SharedMemory memory{kMebibyte};
  const HugeView view{memory.data(), memory.size()};
  EXPECT_EQ(view.data(), memory.data());
  EXPECT_EQ(view.huge(), 0);
}

}  // namespace
}  // namespace zenzefi::gateway
