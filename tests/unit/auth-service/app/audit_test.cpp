// What is written down, and what is not.
#include "app/account/update_profile.hpp"
#include "app/tokens/check_token.hpp"
#include "app/tokens/revoke_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

class AuditTest : public ServiceTest {
 protected:
  [[nodiscard]] std::vector<std::string> actions() const {
    std::vector<std::string> all;
    for (const StoredAuditEntry& stored : database.state.audit) {
      all.emplace_back(domain::to_string(stored.entry.action));
    }
    return all;
  }
};

TEST_F(AuditTest, TellsTheLifeOfATokenAndItsMoney) {
  const Uuid user = register_user_with(domain::Money::from_cents(20'00));
  const auto token = bought(user, 24);
  app::CheckToken check{database, cache, clock};
  ASSERT_TRUE(check.run(token.hash).has_value());
  ASSERT_TRUE(check.run(token.hash).has_value()) << "used again: no news";
  ASSERT_TRUE(
      (app::RevokeToken{database, cache, entropy, clock}.run({user, token.id}).has_value()));
  EXPECT_EQ(actions(),
            (std::vector<std::string>{"account.registered", "credits.purchased", "token.purchased",
                                      "token.activated", "token.revoked"}));
  for (const StoredAuditEntry& stored : database.state.audit) {
    EXPECT_EQ(stored.entry.account_id, user);
    EXPECT_EQ(stored.entry.actor_id, user);
  }
  EXPECT_EQ(database.state.audit.back().entry.target_id, token.id);
}

TEST_F(AuditTest, SaysNothingOfWhatDidNotHappen) {
  const Uuid user = register_user("poor");
  ASSERT_FALSE(buy(user, 24).has_value());
  EXPECT_EQ(actions(), (std::vector<std::string>{"account.registered"}));
}

TEST_F(AuditTest, TellsOfLoginsWithoutSecrets) {
  const Uuid ann = register_user("ann");
  static_cast<void>(signed_in("ann"));
  ASSERT_FALSE(login("ann@example.com", "wrong password").has_value());
  ASSERT_FALSE(login("hunter2@example.com", "wrong password").has_value());
  EXPECT_EQ(actions(), (std::vector<std::string>{"account.registered", "login.succeeded",
                                                 "login.failed", "login.failed"}));
  const auto& known = database.state.audit[2].entry;
  EXPECT_EQ(known.account_id, ann);
  EXPECT_EQ(known.actor_id, std::nullopt);
  EXPECT_EQ(known.ip_address, "192.0.2.1");
  const auto& unknown = database.state.audit[3].entry;
  EXPECT_EQ(unknown.account_id, std::nullopt);
  EXPECT_TRUE(unknown.detail.empty());
}

TEST_F(AuditTest, TellsOfAChangedPassword) {
  const Uuid ann = register_user("ann");
  app::UpdateProfile::Input input;
  input.principal.user_id = ann;
  input.password = "another horse";
  input.current_password = kPassword;
  ASSERT_TRUE((app::UpdateProfile{database, hasher, clock, true}.run(input).has_value()));
  EXPECT_EQ(actions().back(), "account.password_changed");
  EXPECT_TRUE(database.state.audit.back().entry.detail.empty());
}

}  // namespace
}  // namespace zenzefi::test
