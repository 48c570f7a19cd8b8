#include "text/query.hpp"

#include <gtest/gtest.h>

#include <string>

namespace zenzefi::gateway {
namespace {

std::string without_argument(std::string_view arguments, std::string_view name) {
  std::string out(arguments.size(), '\0');
  out.resize(remove_argument(arguments, name, out.data()));
  return out;
}

std::string masked(std::string arguments, std::string_view name) {
  mask_argument(arguments.data(), arguments.size(), name);
  return arguments;
}

TEST(FindArgument, TakesTheFirstValueThatIsNotEmpty) {
  EXPECT_EQ(find_argument("token=1", "token"), "1");
  EXPECT_EQ(find_argument("a=0&token=1&token=2", "token"), "1");
  EXPECT_EQ(find_argument("token=&token=2", "token"), "2");
  EXPECT_EQ(find_argument("TOKEN=1", "token"), "1");
  EXPECT_EQ(find_argument("%74oken=1", "token"), "1");
  EXPECT_EQ(find_argument("token=a=b", "token"), "a=b");
}

TEST(FindArgument, IsNotFooledBySimilarNames) {
  for (const char* arguments : {"", "&", "token", "token=", "tokens=1", "atoken=1", "a=token=1",
                                "%7=1", "%", "tok%00en=1"}) {
    EXPECT_EQ(find_argument(arguments, "token"), "") << arguments;
  }
}

TEST(HasArgument, SeesOneWithoutAValueToo) {
  EXPECT_TRUE(has_argument("a&token", "token"));
  EXPECT_TRUE(has_argument("token=&a", "token"));
  EXPECT_FALSE(has_argument("a=token", "token"));
  EXPECT_FALSE(has_argument("", "token"));
}

TEST(RemoveArgument, LeavesTheOthersAsTheyWere) {
  EXPECT_EQ(without_argument("token=1", "token"), "");
  EXPECT_EQ(without_argument("a=0&token=1&b=2", "token"), "a=0&b=2");
  EXPECT_EQ(without_argument("token=1&a=%20", "token"), "a=%20");
  EXPECT_EQ(without_argument("a=0&token=1", "token"), "a=0");
  EXPECT_EQ(without_argument("a=0&b", "token"), "a=0&b");
  EXPECT_EQ(without_argument("", "token"), "");
}

TEST(RemoveArgument, TakesEveryCopyWhateverItsSpelling) {
  EXPECT_EQ(without_argument("token=1&Token=2&%54oken=3&token&a=0&token=", "token"), "a=0");
}

TEST(MaskArgument, OverwritesValuesAlone) {
  EXPECT_EQ(masked("a=0&token=abc&b=2", "token"), "a=0&token=***&b=2");
  EXPECT_EQ(masked("token=a&%74oken=bc&token", "token"), "token=*&%74oken=**&token");
  EXPECT_EQ(masked("tokens=abc", "token"), "tokens=abc");
}

std::string uri_without_argument(std::string uri, std::string_view name) {
  uri.resize(remove_uri_argument(uri.data(), uri.size(), name));
  return uri;
}

TEST(Query, AnArgumentGoesFromAUriInPlace) {
  EXPECT_EQ(uri_without_argument("http://h/p?a=1&token=x&b=2#c", "token"), "http://h/p?a=1&b=2#c");
  EXPECT_EQ(uri_without_argument("/p?token=x&b=2", "token"), "/p?b=2");
  EXPECT_EQ(uri_without_argument("/p?b=2&%74oken=x", "token"), "/p?b=2");
  EXPECT_EQ(uri_without_argument("/p?token=x", "token"), "/p");
  EXPECT_EQ(uri_without_argument("/p?token=x#c?token=y", "token"), "/p#c?token=y");
  EXPECT_EQ(uri_without_argument("/p?token&token=", "token"), "/p");
  EXPECT_EQ(uri_without_argument("/p#q?token=x", "token"), "/p#q");
  EXPECT_EQ(uri_without_argument("/p?a?token=x", "token"), "/p?a?token=x")
      << "the argument is called a?token";
  for (const char* other : {"", "?", "#", "/token=x", "/p?tokens=x"}) {
    EXPECT_EQ(uri_without_argument(other, "token"), other);
  }
}

}  // namespace
}  // namespace zenzefi::gateway
