#include "infra/crypto/argon2_password_hasher.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

namespace zenzefi::infra {
namespace {

using app::PasswordMatch;

constexpr Argon2Options kCheap{.memory_kib = 64, .iterations = 1, .parallelism = 1};

TEST(Argon2PasswordHasher, HashesInPhcFormWithASaltOfItsOwn) {
  Argon2PasswordHasher hasher{{.memory_kib = 128, .iterations = 3, .parallelism = 2}};
  const auto hash = hasher.hash("correct horse");
  ASSERT_TRUE(hash.has_value());
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=128,t=3,p=2$")) << *hash;
  EXPECT_NE(*hash, hasher.hash("correct horse").value());
  EXPECT_EQ(hasher.verify("correct horse", *hash), PasswordMatch::kRight);
  EXPECT_EQ(hasher.verify("correct horsf", *hash), PasswordMatch::kWrong);
  EXPECT_EQ(hasher.verify("", *hash), PasswordMatch::kWrong);
}

TEST(Argon2PasswordHasher, TakesAnyBytesAsAPassword) {
  Argon2PasswordHasher hasher{kCheap};
  using namespace std::string_view_literals;
  const auto hash = hasher.hash("na\0ive \xD0\xBF\xD0\xB0\xD1\x80"sv);
  ASSERT_TRUE(hash.has_value());
  EXPECT_EQ(hasher.verify("na\0ive \xD0\xBF\xD0\xB0\xD1\x80"sv, *hash), PasswordMatch::kRight);
  EXPECT_EQ(hasher.verify("na"sv, *hash), PasswordMatch::kWrong);
}

// phc-winner-argon2's own test vector: 2 iterations of 64 MiB over "password", "somesalt".
TEST(Argon2PasswordHasher, VerifiesThePublishedVector) {
  Argon2PasswordHasher hasher{kCheap};
  EXPECT_EQ(hasher.verify("password",
                          "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                          "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
            PasswordMatch::kRight);
}

TEST(Argon2PasswordHasher, WeakerParametersAreOutdatedAndStrongerOnesAreNot) {
  Argon2PasswordHasher today{{.memory_kib = 128, .iterations = 2, .parallelism = 1}};
  const auto match = [&](const Argon2Options& then) {
    return today.verify("secret", Argon2PasswordHasher{then}.hash("secret").value());
  };
  EXPECT_EQ(match({.memory_kib = 64, .iterations = 2, .parallelism = 1}),
            PasswordMatch::kRightButOutdated);
  EXPECT_EQ(match({.memory_kib = 128, .iterations = 1, .parallelism = 1}),
            PasswordMatch::kRightButOutdated);
  EXPECT_EQ(match({.memory_kib = 256, .iterations = 3, .parallelism = 1}), PasswordMatch::kRight);
}

// The vectors of the bcrypt authors' test suite (crypt_blowfish).
TEST(Argon2PasswordHasher, BcryptVerifiesAndIsOutdated) {
  Argon2PasswordHasher hasher{kCheap};
  const std::string tail = "05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  for (const char* variant : {"$2a$", "$2b$", "$2y$"}) {
    EXPECT_EQ(hasher.verify("U*U", variant + tail), PasswordMatch::kRightButOutdated) << variant;
    EXPECT_EQ(hasher.verify("U*V", variant + tail), PasswordMatch::kWrong) << variant;
  }
  EXPECT_EQ(hasher.verify("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
            PasswordMatch::kRightButOutdated);
}

TEST(Argon2PasswordHasher, BcryptDoesNotCutAPasswordAtANul) {
  Argon2PasswordHasher hasher{kCheap};
  using namespace std::string_view_literals;
  EXPECT_EQ(
      hasher.verify("U*U\0more"sv, "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
      PasswordMatch::kWrong);
}

TEST(Argon2PasswordHasher, AnythingElseIsWrong) {
  Argon2PasswordHasher hasher{kCheap};
  for (const char* stored :
       {"", "secret", "$1$abcdefgh$G9n4o3nCkqvTj2Jj1fJk.0", "$argon2id$", "$argon2id$v=19$",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ", "$2b$05$", "$2b$99$CCCCCCCCCCCCCCCCCCCCC.",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"}) {
    EXPECT_EQ(hasher.verify("password", stored), PasswordMatch::kWrong) << stored;
    EXPECT_EQ(hasher.verify("", stored), PasswordMatch::kWrong) << stored;
  }
}

TEST(Argon2PasswordHasher, RefusesOptionsThatDoNotWork) {
  EXPECT_THROW((Argon2PasswordHasher{{.memory_kib = 1, .iterations = 1, .parallelism = 1}}),
               std::invalid_argument);
  EXPECT_THROW((Argon2PasswordHasher{{.memory_kib = 64, .iterations = 0, .parallelism = 1}}),
               std::invalid_argument);
}

// Whether an account exists must not show in the time a login takes.
TEST(Argon2PasswordHasher, VerifyingNothingCostsWhatVerifyingCosts) {
  Argon2PasswordHasher hasher{{.memory_kib = 8192, .iterations = 2, .parallelism = 1}};
  const auto hash = hasher.hash("secret").value();
  const auto best_of = [](auto&& action) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 7; ++i) {
      const auto start = std::chrono::steady_clock::now();
      action();
      best = std::min(best, std::chrono::steady_clock::now() - start);
    }
    return best;
  };
  const auto real = best_of([&] { static_cast<void>(hasher.verify("wrong", hash)); });
  const auto nothing = best_of([&] { hasher.verify_nothing("wrong"); });
  EXPECT_LT(real, 2 * nothing);
  EXPECT_LT(nothing, 2 * real);
}

}  // namespace
}  // namespace zenzefi::infra
