// Extensions, revocations and administrators at once.
#include <algorithm>
#include <set>

#include "app/admin/update_user.hpp"
#include "app/tokens/deliver_invalidations.hpp"
#include "app/tokens/extend_token.hpp"
#include "tests/integration/postgres/two_instances.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;
using domain::Money;

class AccessRaces : public TwoInstances {
 protected:
  auto extend(std::size_t i, const Uuid& user, const Uuid& token,
              std::optional<std::string> key = std::nullopt) {
    return app::ExtendToken{instance(i), cache_, sealer_, entropy_, prices_, clock_}.run(
        {.user_id = user,
         .token_id = token,
         .duration_hours = 12,
         .idempotency_key = std::move(key)});
  }
  auto update(std::size_t i, const Uuid& admin, const Uuid& user, std::optional<bool> is_active,
              std::optional<domain::Role> role) {
    return app::UpdateUser{instance(i), cache_, entropy_, clock_}.run({.admin_id = admin,
                                                                       .user_id = user,
                                                                       .is_active = is_active,
                                                                       .role = role,
                                                                       .full_name = {}});
  }
};

TEST_F(AccessRaces, CopiesOfAnExtensionWithOneKeyChargeOnce) {
  const Uuid user = add_user(database_, Money::from_cents(100'00));
  const auto token = add_token(database_, user);
  const auto hours = concurrently(30, [&](std::size_t i) {
    return extend(i, user, token.id, "one-key").value().token.duration_hours;
  });
  EXPECT_EQ(std::set(hours.begin(), hours.end()), std::set<std::uint32_t>{36});
  EXPECT_EQ(balance(), "72.00");
}

TEST_F(AccessRaces, ExtensionsAtOnceAddUp) {
  const Uuid user = add_user(database_, Money::from_cents(97'99));
  const auto token = add_token(database_, user);
  const auto extended = concurrently(20, [&](std::size_t i) -> std::optional<ErrorCode> {
    if (i % 4 == 0) {
      EXPECT_TRUE(check(i, token.hash));
    }
    const auto result = extend(i, user, token.id);
    return result ? std::nullopt : std::optional{result.error().code};
  });
  EXPECT_EQ(std::count(extended.begin(), extended.end(), std::nullopt), 7);
  EXPECT_EQ(std::count(extended.begin(), extended.end(), ErrorCode::kInsufficientBalance), 13);
  EXPECT_EQ(ask(settings_, "SELECT duration_hours FROM access_tokens"), "108");
  EXPECT_EQ(count("outbox"), "0");
  const auto grant = std::get<Grant>(cache_.records().at(token.hash.hex()));
  EXPECT_EQ(grant, std::get<Grant>(check(0, token.hash).value())) << "the newest end is in Redis";
}

TEST_F(AccessRaces, AnExtensionNeverUndoesARevocation) {
  const Uuid user = add_user(database_, Money::from_cents(860'00));
  for (int round = 0; round < 20; ++round) {
    const auto token = add_token(database_, user);
    ASSERT_TRUE(check(0, token.hash));
    concurrently(5, [&](std::size_t i) {
      if (i == 2) {
        EXPECT_TRUE(revoke(i, user, token.id));
      } else if (const auto extended = extend(i, user, token.id); !extended) {
        EXPECT_EQ(extended.error().code, ErrorCode::kConflict) << extended.error().detail;
      }
      return true;
    });
    EXPECT_TRUE(std::holds_alternative<Tombstone>(cache_.records().at(token.hash.hex())));
  }
  EXPECT_EQ(count("outbox"), "0");
}

TEST_F(AccessRaces, TwoAdministratorsCannotDemoteEachOther) {
  for (int round = 0; round < 10; ++round) {
    const Uuid ann = add_user(database_);
    const Uuid bob = add_user(database_);
    ASSERT_EQ(attempt(settings_, "UPDATE users SET role = CASE WHEN id IN ('" + ann.to_string() +
                                     "', '" + bob.to_string() + "') THEN 'admin' ELSE 'user' END"),
              "");
    const auto done = concurrently(2, [&](std::size_t i) {
      return i == 0 ? update(i, ann, bob, std::nullopt, domain::Role::kUser).has_value()
                    : update(i, bob, ann, false, std::nullopt).has_value();
    });
    EXPECT_EQ(std::count(done.begin(), done.end(), true), 1);
    EXPECT_EQ(count("users WHERE role = 'admin' AND is_active"), "1");
  }
}

TEST_F(AccessRaces, NothingIsLeftToADeactivatedAccount) {
  for (int round = 0; round < 5; ++round) {
    const Uuid admin = add_user(database_);
    const Uuid user = add_user(database_, Money::from_cents(100'00));
    concurrently(8, [&](std::size_t i) {
      if (i == 3) {
        EXPECT_TRUE(update(i, admin, user, false, std::nullopt));
        return true;
      }
      const auto bought = buy(i, user);
      if (!bought) {
        EXPECT_TRUE(bought.error().code == ErrorCode::kForbidden ||
                    bought.error().code == ErrorCode::kInsufficientBalance)
            << bought.error().detail;
        return true;
      }
      EXPECT_TRUE(check(i, bought->token.hash));
      static_cast<void>(extend(i, user, bought->token.id));
      return true;
    });
    EXPECT_EQ(
        count("access_tokens WHERE revoked_at IS NULL AND user_id = '" + user.to_string() + "'"),
        "0");
  }
  for (const auto& [hash, record] : cache_.records()) {
    EXPECT_TRUE(std::holds_alternative<Tombstone>(record)) << hash;
  }
}

}  // namespace
}  // namespace zenzefi::test
