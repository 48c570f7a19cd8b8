#include "app/account/refresh_session.hpp"
#include "app/admin/credit_user.hpp"
#include "app/admin/revoke_any_token.hpp"
#include "app/admin/update_user.hpp"
#include "app/tokens/check_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::UpdateUser;
using domain::ErrorCode;
using domain::Money;
using domain::Role;

class AdminTest : public ServiceTest {
 protected:
  void SetUp() override {
    admin_ = register_user("admin");
    database.state.users.at(admin_).role = Role::kAdmin;
    user_ = register_user_with(Money::from_cents(100'00));
  }
  void TearDown() override { expect_ledger_agrees(); }

  domain::Result<domain::User> update(UpdateUser::Input input) {
    input.admin_id = admin_;
    return UpdateUser{database, cache, entropy, clock}.run(input);
  }
  domain::Result<domain::User> set_active(const Uuid& user_id, bool active) {
    return update(
        {.admin_id = {}, .user_id = user_id, .is_active = active, .role = {}, .full_name = {}});
  }
  domain::Result<domain::User> set_role(const Uuid& user_id, Role role) {
    return update(
        {.admin_id = {}, .user_id = user_id, .is_active = {}, .role = role, .full_name = {}});
  }
  domain::Result<domain::LedgerEntry> credit(std::int64_t cents, const std::string& reason = "gift",
                                             std::optional<std::string> key = {}) {
    return app::CreditUser{database, entropy, clock}.run(
        {admin_, user_, Money::from_cents(cents), reason, std::move(key)});
  }
  void use(const domain::AccessToken& token) {
    ASSERT_TRUE(app::CheckToken(database, cache, clock).run(token.hash).has_value());
  }
  [[nodiscard]] bool has_tombstone(const domain::AccessToken& token) const {
    return std::holds_alternative<Tombstone>(cache.records.at(token.hash.hex()));
  }

  Uuid admin_;
  Uuid user_;
};

TEST_F(AdminTest, DeactivatingRevokesAllThatTheUserHolds) {
  const auto used = bought(user_, 24);
  const auto unused = bought(user_, 12);
  use(used);
  const auto session = signed_in("buyer");
  clock.time += std::chrono::hours{12};

  const auto user = set_active(user_, false);
  ASSERT_TRUE(user.has_value());
  EXPECT_FALSE(user->is_active);
  EXPECT_EQ(user->currency_balance, Money::from_cents(91'00)) << "half of 18.00, all of 10.00";
  EXPECT_EQ(stored(used.id).revoked_at, clock.time);
  EXPECT_EQ(stored(unused.id).revoked_at, clock.time);
  EXPECT_TRUE(has_tombstone(used));
  EXPECT_TRUE(has_tombstone(unused));
  EXPECT_EQ(cache.tombstone_ends.at(used.hash.hex()), clock.time + std::chrono::hours{12});
  EXPECT_EQ(cache.tombstone_ends.at(unused.hash.hex()), clock.time + std::chrono::hours{12});
  EXPECT_TRUE(database.state.outbox.empty());
  EXPECT_EQ(
      code_of(
          app::RefreshSession(database, jwts, entropy, clock).run(session.sign_in.refresh_token)),
      ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(login("buyer@example.com", kPassword)), ErrorCode::kForbidden);
  EXPECT_EQ(code_of(buy(user_, 1)), ErrorCode::kForbidden);
}

TEST_F(AdminTest, DeactivatingWithoutRedisLeavesItToTheOutbox) {
  const auto token = bought(user_, 24);
  use(token);
  cache.is_down = true;
  ASSERT_TRUE(set_active(user_, false).has_value());
  ASSERT_EQ(database.state.outbox.size(), 1U);
  EXPECT_EQ(database.state.outbox.front().hash, token.hash);
}

TEST_F(AdminTest, ActivatingAgainBringsNothingBack) {
  const auto token = bought(user_, 24);
  ASSERT_TRUE(set_active(user_, false).has_value());
  ASSERT_TRUE(set_active(user_, true).has_value());
  EXPECT_TRUE(stored(token.id).revoked_at.has_value());
  EXPECT_TRUE(login("buyer@example.com", kPassword).has_value());
}

TEST_F(AdminTest, DeactivatingTwiceIsDeactivatingOnce) {
  ASSERT_TRUE(set_active(user_, false).has_value());
  const std::size_t entries = database.state.audit.size();
  EXPECT_TRUE(set_active(user_, false).has_value());
  EXPECT_EQ(database.state.audit.size(), entries);
}

TEST_F(AdminTest, TheLastAdministratorStays) {
  EXPECT_EQ(code_of(set_active(admin_, false)), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_of(set_role(admin_, Role::kUser)), ErrorCode::kRuleViolated);
  EXPECT_TRUE(set_role(admin_, Role::kAdmin).has_value()) << "changes nothing";
  ASSERT_TRUE(set_role(user_, Role::kAdmin).has_value());
  EXPECT_TRUE(set_role(admin_, Role::kUser).has_value()) << "there is another one";
  EXPECT_EQ(code_of(set_active(user_, false)), ErrorCode::kRuleViolated);
}

TEST_F(AdminTest, AnInactiveAdministratorDoesNotCount) {
  ASSERT_TRUE(set_role(user_, Role::kAdmin).has_value());
  ASSERT_TRUE(set_active(user_, false).has_value());
  EXPECT_EQ(code_of(set_active(admin_, false)), ErrorCode::kRuleViolated);
  EXPECT_TRUE(set_role(user_, Role::kUser).has_value());
}

TEST_F(AdminTest, ChangesTheName) {
  const auto named = update(
      {.admin_id = {}, .user_id = user_, .is_active = {}, .role = {}, .full_name = {{"New Name"}}});
  ASSERT_TRUE(named.has_value());
  EXPECT_EQ(named->full_name, "New Name");
  const auto removed = update({.admin_id = {},
                               .user_id = user_,
                               .is_active = {},
                               .role = {},
                               .full_name = std::optional<std::string>{}});
  EXPECT_EQ(removed->full_name, std::nullopt);
  EXPECT_EQ(code_of(set_role(Uuid{}, Role::kAdmin)), ErrorCode::kNotFound);
}

TEST_F(AdminTest, GivesAndTakesCredits) {
  const auto given = credit(5'50);
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(given->transaction_type, domain::TransactionType::kAdjustment);
  EXPECT_EQ(given->balance_after, Money::from_cents(105'50));
  EXPECT_EQ(given->description, "gift");
  EXPECT_EQ(credit(-105'50)->balance_after, Money{});
  EXPECT_EQ(code_of(credit(-1)), ErrorCode::kInsufficientBalance);
  EXPECT_EQ(code_of(credit(0)), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_of(credit(1, "")), ErrorCode::kRuleViolated);
}

TEST_F(AdminTest, CreditsOnceForAKey) {
  const auto first = credit(1'00, "gift", "key");
  const auto again = credit(1'00, "gift", "key");
  ASSERT_TRUE(first.has_value() && again.has_value());
  EXPECT_EQ(first->id, again->id);
  EXPECT_EQ(balance(user_), Money::from_cents(101'00));
  EXPECT_EQ(code_of(credit(2'00, "gift", "key")), ErrorCode::kConflict);
}

TEST_F(AdminTest, RevokesAnybodysToken) {
  const auto token = bought(user_, 24);
  use(token);
  app::RevokeAnyToken revoke{database, cache, entropy, clock};
  const auto output = revoke.run({admin_, token.id});
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->new_balance, Money::from_cents(100'00));
  EXPECT_TRUE(has_tombstone(token));
  EXPECT_EQ(code_of(revoke.run({admin_, token.id})), ErrorCode::kConflict);
  EXPECT_EQ(code_of(revoke.run({admin_, Uuid{}})), ErrorCode::kNotFound);
}

TEST_F(AdminTest, EveryActIsOnRecord) {
  const auto token = bought(user_, 24);
  ASSERT_TRUE(set_active(user_, false).has_value());
  std::vector<std::string> actions;
  for (const StoredAuditEntry& stored : database.state.audit) {
    if (stored.entry.actor_id == admin_) {
      EXPECT_EQ(stored.entry.account_id,
                stored.entry.action == domain::AuditAction::kAccountRegistered ? admin_ : user_);
      actions.emplace_back(domain::to_string(stored.entry.action));
    }
  }
  EXPECT_EQ(actions, (std::vector<std::string>{"account.registered", "token.revoked",
                                               "account.deactivated"}));
}

}  // namespace
}  // namespace zenzefi::test
