#include "domain/validation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace zenzefi::domain {
namespace {

using namespace std::string_literals;

class Email : public testing::TestWithParam<std::string> {};
class NoEmail : public testing::TestWithParam<std::string> {};

TEST_P(Email, IsAccepted) {
  EXPECT_EQ(email_problem(GetParam()), std::nullopt);
}
TEST_P(NoEmail, IsRefused) {
  EXPECT_NE(email_problem(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(All, Email,
                         testing::Values("a@b.cd"s, "Some.One+tag@mail.example.com"s,
                                         "x_y-z@xn--bcher-kva.example"s, "o'neil@example.org"s,
                                         "1@2.example"s, std::string(64, 'a') + "@example.org"));

INSTANTIATE_TEST_SUITE_P(
    All, NoEmail,
    testing::Values(""s, "@"s, "a"s, "a@"s, "@b.cd"s, "a@b"s, "a@b."s, "a@.b"s, "a@b..cd"s,
                    ".a@b.cd"s, "a.@b.cd"s, "a..b@c.de"s, "a b@c.de"s, "a@b c.de"s, "a@@b.cd"s,
                    "a@-b.cd"s, "a@b-.cd"s, "a@127.0.0.1"s, "a@[127.0.0.1]"s, "\"a\"@b.cd"s,
                    "a@b.cd\0"s, "a\0@b.cd"s, "a@b.cd\n"s, "ä@b.cd"s, "a@ä.cd"s,
                    std::string(65, 'a') + "@b.cd", "a@" + std::string(64, 'b') + ".cd",
                    "a@" + std::string(63, 'b') + "." + std::string(63, 'c') + "." +
                        std::string(63, 'd') + "." + std::string(63, 'e')));

TEST(Validation, Username) {
  EXPECT_EQ(username_problem("abc"), std::nullopt);
  EXPECT_EQ(username_problem("A.b_c-9"), std::nullopt);
  EXPECT_EQ(username_problem(std::string(50, 'x')), std::nullopt);
  for (const std::string& bad :
       {""s, "ab"s, std::string(51, 'x'), "a b"s, "abc\0"s, "äbc"s, "a@b.c"s}) {
    EXPECT_NE(username_problem(bad), std::nullopt) << bad;
  }
}

TEST(Validation, PasswordLengthCountsCharacters) {
  EXPECT_EQ(password_problem("8 chars!"), std::nullopt);
  EXPECT_EQ(password_problem("пароль12"), std::nullopt);
  EXPECT_NE(password_problem("парол12"), std::nullopt);
  EXPECT_EQ(password_problem(std::string(128, 'x')), std::nullopt);
  EXPECT_NE(password_problem(std::string(129, 'x')), std::nullopt);
  EXPECT_NE(password_problem("seven77"), std::nullopt);
  EXPECT_NE(password_problem("12345678\0"s), std::nullopt);
  EXPECT_NE(password_problem("12345678\xFF"), std::nullopt);
}

TEST(Validation, FullName) {
  EXPECT_EQ(full_name_problem(""), std::nullopt);
  EXPECT_EQ(full_name_problem("Åsa Öberg"), std::nullopt);
  EXPECT_NE(full_name_problem(std::string(201, 'x')), std::nullopt);
  EXPECT_NE(full_name_problem("a\0"s), std::nullopt);
}

TEST(Validation, PaymentMethod) {
  EXPECT_EQ(payment_method_problem("card"), std::nullopt);
  EXPECT_NE(payment_method_problem(""), std::nullopt);
  EXPECT_NE(payment_method_problem(std::string(51, 'x')), std::nullopt);
}

TEST(Validation, DepositBounds) {
  EXPECT_NE(deposit_problem(Money{}), std::nullopt);
  EXPECT_NE(deposit_problem(Money::from_cents(-1)), std::nullopt);
  EXPECT_EQ(deposit_problem(Money::from_cents(1)), std::nullopt);
  EXPECT_EQ(deposit_problem(Money::from_cents(100'000'00)), std::nullopt);
  EXPECT_NE(deposit_problem(Money::from_cents(100'000'01)), std::nullopt);
}

}  // namespace
}  // namespace zenzefi::domain
