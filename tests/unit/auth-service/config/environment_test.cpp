#include "config/environment.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>

namespace zenzefi::config {
namespace {

Environment environment(std::map<std::string, std::string> variables) {
  return Environment(
      [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      });
}

TEST(Environment, FallsBackToTheDefaultWhenUnsetOrEmpty) {
  auto empty = environment({{"EMPTY", ""}});

  EXPECT_EQ(empty.text("EMPTY", "otherwise"), "otherwise");
  EXPECT_EQ(empty.integer("EMPTY", 7, 1, 9), 7);
  EXPECT_TRUE(empty.flag("MISSING", true));
  EXPECT_EQ(empty.price("MISSING", domain::Money::from_cents(1800)).cents(), 1800);
  EXPECT_TRUE(empty.secret_list("MISSING", 32).empty());
  EXPECT_TRUE(empty.errors().empty());
}

TEST(Environment, ReadsWhatIsSet) {
  auto set = environment({{"TEXT", "a b"},
                          {"NUMBER", "42"},
                          {"OFF", "off"},
                          {"PRICE", "0.99"},
                          {"LIST", "first, second"}});

  EXPECT_EQ(set.text("TEXT", ""), "a b");
  EXPECT_EQ(set.integer("NUMBER", 0, 1, 100), 42);
  EXPECT_FALSE(set.flag("OFF", true));
  EXPECT_EQ(set.price("PRICE", {}).cents(), 99);
  EXPECT_EQ(set.secret_list("LIST", 5), (std::vector<std::string>{"first", "second"}));
  EXPECT_TRUE(set.errors().empty());
}

TEST(Environment, CollectsEveryMistake) {
  auto wrong = environment({{"NUMBER", "12x"},
                            {"PORT", "65536"},
                            {"FLAG", "maybe"},
                            {"PRICE", "-1.00"},
                            {"CHOICE", "red"},
                            {"SHORT", "hunter2"}});

  EXPECT_EQ(wrong.integer("NUMBER", 7, 1, 99), 7);
  EXPECT_EQ(wrong.port("PORT", 80), 80);
  EXPECT_TRUE(wrong.flag("FLAG", true));
  EXPECT_EQ(wrong.price("PRICE", {}).cents(), 0);
  EXPECT_EQ(wrong.one_of("CHOICE", "lax", {"lax", "strict"}), "lax");
  EXPECT_EQ(wrong.secret("SHORT", 32), "");
  EXPECT_EQ(wrong.secret("MISSING", 32), "");

  ASSERT_EQ(wrong.errors().size(), 7U);
  EXPECT_EQ(wrong.errors()[0], "NUMBER must be a whole number from 1 to 99");
  EXPECT_EQ(wrong.errors()[4], "CHOICE must be one of lax strict");
  EXPECT_EQ(wrong.errors()[5], "SHORT is shorter than 32 bytes");
}

TEST(Environment, ReadsLimitsAndLists) {
  auto set = environment(
      {{"FIVE", "5"}, {"OFF", "off"}, {"ZERO", "0"}, {"NONE", "none"}, {"LIST", " a, b,,c "}});

  EXPECT_EQ(set.limit("FIVE", 7), 5U);
  EXPECT_EQ(set.limit("OFF", 7), 0U);
  EXPECT_EQ(set.limit("ZERO", 7), 0U);
  EXPECT_EQ(set.limit("MISSING", 7), 7U);
  EXPECT_EQ(set.list("LIST"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(set.list("MISSING").empty());
  EXPECT_TRUE(set.errors().empty());
  EXPECT_EQ(set.limit("NONE", 7), 7U);
  EXPECT_EQ(set.errors().size(), 1U);
}

TEST(Environment, NeverRepeatsASecretInAnError) {
  auto wrong = environment({{"SHORT", "hunter2"}, {"LIST", "hunter3"}});

  (void)wrong.secret("SHORT", 32);
  (void)wrong.secret_list("LIST", 32);

  ASSERT_EQ(wrong.errors().size(), 2U);
  for (const std::string& error : wrong.errors()) {
    EXPECT_EQ(error.find("hunter"), std::string::npos);
  }
}

class SecretInAFile : public testing::Test {
 protected:
  SecretInAFile() : path_(testing::TempDir() + "secret." + std::to_string(::getpid())) {}
  ~SecretInAFile() override { std::remove(path_.c_str()); }

  void write(const std::string& content) const { std::ofstream(path_) << content; }

  const std::string path_;
};

TEST_F(SecretInAFile, IsReadWithoutItsLineEnd) {
  write("0123456789abcdef0123456789abcdef\n");
  auto set = environment({{"SECRET_FILE", path_}});

  EXPECT_EQ(set.secret("SECRET", 32), "0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(set.errors().empty());
}

TEST_F(SecretInAFile, MustNotBeSetTwice) {
  write("0123456789abcdef0123456789abcdef");
  auto set =
      environment({{"SECRET_FILE", path_}, {"SECRET", "another of more than 32 characters"}});

  (void)set.secret("SECRET", 32);
  EXPECT_EQ(set.errors(), std::vector<std::string>{"SECRET and SECRET_FILE are both set"});
}

TEST_F(SecretInAFile, IsMissingWhenTheFileIs) {
  auto set = environment({{"SECRET_FILE", path_}});

  EXPECT_EQ(set.secret("SECRET", 32), "");
  ASSERT_EQ(set.errors().size(), 1U);
  EXPECT_EQ(set.errors()[0], "SECRET_FILE names a file that cannot be read: " + path_);
}

}  // namespace
}  // namespace zenzefi::config
