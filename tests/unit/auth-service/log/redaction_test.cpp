#include "log/redaction.hpp"

#include <gtest/gtest.h>

namespace zenzefi::log {
namespace {

const std::string kToken(64, 'a');

TEST(Redaction, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(redacted("detail", "connection to 127.0.0.1:5432 refused"),
            "connection to 127.0.0.1:5432 refused");
  EXPECT_EQ(redacted("token_id", "123e4567-e89b-12d3-a456-426614174000"),
            "123e4567-e89b-12d3-a456-426614174000");
}

TEST(Redaction, TakesWhatIsNamedASecret) {
  EXPECT_EQ(redacted("password", "x"), kRedacted);
  EXPECT_EQ(redacted("X-Access-Token", "short"), kRedacted);
  EXPECT_EQ(redacted("refresh_token", ""), kRedacted);
  EXPECT_EQ(redacted("Authorization", "Basic eA=="), kRedacted);
}

TEST(Redaction, TakesWhatLooksLikeASecretAnywhere) {
  EXPECT_EQ(redacted("detail", "GET /a?token=" + kToken + "&b=1"),
            "GET /a?" + std::string(kRedacted) + "&b=1");
  EXPECT_EQ(redacted("detail", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln"),
            "Bearer [redacted]");
  EXPECT_EQ(redacted("detail", kToken + " " + kToken), "[redacted] [redacted]");
}

}  // namespace
}  // namespace zenzefi::log
