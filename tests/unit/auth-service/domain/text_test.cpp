#include "domain/text.hpp"

#include <gtest/gtest.h>

namespace zenzefi::domain {
namespace {

using namespace std::string_literals;

TEST(Text, Utf8IsClean) {
  EXPECT_TRUE(is_clean_text(""));
  EXPECT_TRUE(is_clean_text("plain"));
  EXPECT_TRUE(is_clean_text("Grüße, Привет, 日本語, 🎉, \u00A0"));
  EXPECT_TRUE(is_clean_text("\xF4\x8F\xBF\xBF"));  // U+10FFFF
}

class UncleanText : public testing::TestWithParam<std::string> {};

TEST_P(UncleanText, IsRefused) {
  EXPECT_FALSE(is_clean_text(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, UncleanText,
                         testing::Values("a\0b"s, "\0"s, "line\nbreak"s, "tab\t"s, "\x1B[31m"s,
                                         "\x7F"s, "\xC2\x85"s, "\x80"s, "\xFF"s, "\xC0\x80"s,
                                         "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s,
                                         "\xED\xA0\x80"s, "\xF0\x80\x80\x80"s, "\xF4\x90\x80\x80"s,
                                         "\xF5\x80\x80\x80"s, "cut \xC3"s, "cut \xE2\x82"s,
                                         "cut \xF0\x9F\x8E"s, "\xC3("s));

TEST(Text, CountsCodePoints) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("aä日🎉"), 4U);
  EXPECT_EQ(count_code_points("a\n"), 2U);
  EXPECT_EQ(count_code_points("\xC3"), std::nullopt);
}

TEST(Text, CleanedTextCanBeShown) {
  EXPECT_EQ(cleaned_text("Mozilla/5.0 ä", 100), "Mozilla/5.0 ä");
  EXPECT_EQ(cleaned_text("a\0b\nc\xFF\xC3"s, 100), "a?b?c??");
  EXPECT_EQ(cleaned_text("äöü", 2), "äö");
  EXPECT_EQ(cleaned_text("abc", 0), "");
  EXPECT_TRUE(is_clean_text(cleaned_text("\xE2\x82\x1B\xF0\x9F\x8E", 100)));
}

}  // namespace
}  // namespace zenzefi::domain
