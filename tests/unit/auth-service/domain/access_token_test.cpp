#include "domain/access_token.hpp"

#include <gtest/gtest.h>

namespace zenzefi::domain {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Timestamp kFirstUse =
    std::chrono::sys_days{std::chrono::year{2025} / 10 / 15} + hours{11};

AccessToken unused() {
  AccessToken token;
  token.id.bytes.fill(1);
  token.user_id.bytes.fill(2);
  token.duration_hours = 24;
  token.price_paid = Money::from_cents(18'00);
  token.created_at = kFirstUse - hours{5};
  return token;
}

AccessToken activated() {
  AccessToken token = unused();
  token.activated_at = kFirstUse;
  return token;
}

TEST(AccessToken, ClockDoesNotRunBeforeTheFirstUse) {
  const AccessToken token = unused();
  const Timestamp years_later = kFirstUse + hours{24 * 3650};
  EXPECT_EQ(token.status_at(years_later), TokenStatus::kUnused);
  EXPECT_TRUE(token.usable_at(years_later));
  EXPECT_EQ(token.expires_at(), std::nullopt);
  EXPECT_EQ(token.remaining_at(years_later), hours{24});
  EXPECT_EQ(token.refund_at(years_later), token.price_paid);
}

TEST(AccessToken, ExpiresToTheSecond) {
  const AccessToken token = activated();
  const Timestamp end = kFirstUse + hours{24};
  EXPECT_EQ(token.expires_at(), end);
  EXPECT_EQ(token.status_at(end - seconds{1}), TokenStatus::kActive);
  EXPECT_EQ(token.remaining_at(end - seconds{1}), seconds{1});
  EXPECT_EQ(token.status_at(end), TokenStatus::kExpired);
  EXPECT_FALSE(token.usable_at(end));
  EXPECT_EQ(token.remaining_at(end), seconds{0});
  EXPECT_EQ(token.refund_at(end), Money{});
}

TEST(AccessToken, RefundIsTheUnusedShare) {
  const AccessToken token = activated();
  EXPECT_EQ(token.refund_at(kFirstUse), Money::from_cents(18'00));
  EXPECT_EQ(token.refund_at(kFirstUse + hours{6}), Money::from_cents(13'50));
  EXPECT_EQ(token.refund_at(kFirstUse + hours{24} - seconds{1}), Money{});
}

TEST(AccessToken, RevokedWinsOverEverything) {
  AccessToken token = activated();
  token.revoked_at = kFirstUse + hours{1};
  EXPECT_EQ(token.status_at(kFirstUse), TokenStatus::kRevoked);
  EXPECT_EQ(token.remaining_at(kFirstUse), seconds{0});
  EXPECT_EQ(token.refund_at(kFirstUse), Money{});
  EXPECT_EQ(token.status_at(kFirstUse + hours{48}), TokenStatus::kRevoked);
}

TEST(AccessToken, ClockSetBackNeverLengthensIt) {
  const AccessToken token = activated();
  EXPECT_EQ(token.remaining_at(kFirstUse - hours{3}), hours{24});
  EXPECT_EQ(token.refund_at(kFirstUse - hours{3}), token.price_paid);
}

TEST(AccessToken, GrantSaysWhoAndUntilWhen) {
  const AccessToken token = activated();
  EXPECT_EQ(token.grant(), (Grant{token.user_id, token.id, kFirstUse + hours{24}, 24}));
}

}  // namespace
}  // namespace zenzefi::domain
