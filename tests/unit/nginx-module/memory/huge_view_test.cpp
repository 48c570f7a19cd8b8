#include "memory/huge_view.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/unit/nginx-module/memory/shared_memory.hpp"

namespace zenzefi::gateway {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

void collapse_all(HugeView& view) {
  while (view.collapse_next()) {
  }
}

TEST(HugeViewTest, IsTheSameMemory) {
  // Not a whole number of huge pages.
  const test::SharedMemory memory{5 * kMebibyte};
  auto* const bytes = static_cast<std::byte*>(memory.data());
  bytes[0] = std::byte{1};
  bytes[memory.size() - 1] = std::byte{2};
  {
    HugeView view{memory.data(), memory.size()};
    EXPECT_EQ(view.data()[0], std::byte{1});
    collapse_all(view);
    EXPECT_EQ(view.data()[0], std::byte{1});
    EXPECT_EQ(view.data()[memory.size() - 1], std::byte{2});
    EXPECT_EQ(view.data()[kMebibyte], std::byte{0});
    bytes[kMebibyte] = std::byte{3};
    EXPECT_EQ(view.data()[kMebibyte], std::byte{3});
    view.data()[3 * kMebibyte] = std::byte{4};
  }
  EXPECT_EQ(bytes[3 * kMebibyte], std::byte{4});
}

TEST(HugeViewTest, GetsItsHugePagesOneByOne) {
  const test::SharedMemory memory{6 * kMebibyte};
  HugeView view{memory.data(), memory.size()};
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(view.data()) % (2 * kMebibyte), 0);
  EXPECT_EQ(view.huge(), 0);
  const bool more = view.collapse_next();
  if (view.huge() == 0) {
    GTEST_SKIP() << "no huge pages here";
  }
  EXPECT_TRUE(more);
  EXPECT_EQ(view.huge(), 2 * kMebibyte);
  EXPECT_TRUE(view.collapse_next());
  EXPECT_FALSE(view.collapse_next());
  EXPECT_FALSE(view.collapse_next());
  EXPECT_EQ(view.huge(), 6 * kMebibyte);
}

TEST(HugeViewTest, TheEndIsInAHugePageIfTheMemoryGoesOnBehindIt) {
  constexpr std::size_t kUsed = 5 * kMebibyte;
  const test::SharedMemory memory{with_whole_huge_pages(kUsed)};
  HugeView view{memory.data(), kUsed};
  collapse_all(view);
  if (view.huge() == 0) {
    GTEST_SKIP() << "no huge pages here";
  }
  EXPECT_EQ(view.huge(), 6 * kMebibyte);
}

// As workers do that start one after the other.
TEST(HugeViewTest, CanBeHadSeveralTimes) {
  const test::SharedMemory memory{4 * kMebibyte};
  HugeView first{memory.data(), memory.size()};
  collapse_all(first);
  first.data()[7] = std::byte{9};
  HugeView second{memory.data(), memory.size()};
  collapse_all(second);
  EXPECT_EQ(second.data()[7], std::byte{9});
  EXPECT_EQ(second.huge(), first.huge());
}

TEST(HugeViewTest, LeavesAloneWhatIsSmall) {
  const test::SharedMemory memory{kMebibyte};
  HugeView view{memory.data(), memory.size()};
  EXPECT_EQ(view.data(), memory.data());
  EXPECT_FALSE(view.collapse_next());
  EXPECT_EQ(view.huge(), 0);
}

}  // namespace
}  // namespace zenzefi::gateway
