#include "text/cookies.hpp"

#include <gtest/gtest.h>

#include <string>

namespace zenzefi::gateway {
namespace {

std::string without_cookie(std::string header, std::string_view name) {
  header.resize(remove_cookie(header.data(), header.size(), name));
  return header;
}

TEST(FindCookie, TakesTheFirstValueThatIsNotEmpty) {
  EXPECT_EQ(find_cookie("t=1", "t"), "1");
  EXPECT_EQ(find_cookie("a=0; t=1; t=2", "t"), "1");
  EXPECT_EQ(find_cookie("t=; t=2", "t"), "2");
  EXPECT_EQ(find_cookie("a=0;t=1", "t"), "1");
  EXPECT_EQ(find_cookie("a=0, t=1", "t"), "1");
  EXPECT_EQ(find_cookie("  t = 1  ", "t"), "1");
  EXPECT_EQ(find_cookie("T=1", "t"), "1");
  EXPECT_EQ(find_cookie("t=a=b", "t"), "a=b");
}

TEST(FindCookie, IsNotFooledBySimilarNames) {
  for (const char* header : {"", "t", "tt=1", "at=1", "a=t=1", ";;;", "=1", "t=", "t =", "a; t"}) {
    EXPECT_EQ(find_cookie(header, "t"), "") << header;
  }
}

TEST(RemoveCookie, LeavesTheOthersAsTheyWere) {
  EXPECT_EQ(without_cookie("t=1", "t"), "");
  EXPECT_EQ(without_cookie("a=0; t=1; b=2", "t"), "a=0; b=2");
  EXPECT_EQ(without_cookie("t=1; a=0", "t"), "a=0");
  EXPECT_EQ(without_cookie("a=0; t=1", "t"), "a=0");
  EXPECT_EQ(without_cookie("a=0;t=1;b=2", "t"), "a=0;b=2");
  EXPECT_EQ(without_cookie("a=0; b=2;", "t"), "a=0; b=2;");
  EXPECT_EQ(without_cookie("", "t"), "");
}

TEST(RemoveCookie, TakesEveryCopyWhateverItsSpelling) {
  EXPECT_EQ(without_cookie("t=1; T=2; t=; a=0; t = 4", "t"), "a=0");
  EXPECT_EQ(without_cookie("t=1;t=2;t=3", "t"), "");
  EXPECT_EQ(without_cookie("a=0, t=1, b=2", "t"), "a=0, b=2");
}

}  // namespace
}  // namespace zenzefi::gateway
