// What administrators look at, extensions, and who holds what: on PostgreSQL and on the fake.
#include <algorithm>

#include "tests/integration/postgres/database_contract.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;
using domain::Money;
using domain::Result;
using std::chrono::hours;
using std::chrono::seconds;

template <typename Subject>
class ListsContract : public DatabaseContract<Subject> {};
TYPED_TEST_SUITE(ListsContract, DatabaseSubjects);

TYPED_TEST(ListsContract, ListsSessionsThatAreAlive) {
  const Uuid owner = add_user(this->database_);
  const auto alive = this->open_session(owner, random_hash());
  const auto ended = this->open_session(owner, random_hash());
  this->open_session(add_user(this->database_), random_hash());
  this->change([&](Transaction& t) {
    t.sessions().end(ended.id, kNow);
    EXPECT_EQ(t.sessions().lock(ended.id).value().ended_at, kNow);
    EXPECT_FALSE(t.sessions().lock(random_uuid()).has_value());
  });
  const auto list = [&](Timestamp now) {
    return this->in_transaction([&](Transaction& t) {
      return t.sessions().list_alive(owner, now, {.limit = 10, .offset = 0});
    });
  };
  const auto page = list(kNow + hours{24} - seconds{1});
  EXPECT_EQ(page.total, 1U);
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].id, alive.id);
  EXPECT_EQ(list(kNow + hours{24}).total, 0U) << "expired";
}

TYPED_TEST(ListsContract, FindsUsersByAnyPartInAnyCase) {
  const auto insert = [&](const std::string& email, const std::string& name) {
    this->change([&](Transaction& t) {
      t.users().insert({.id = random_uuid(),
                        .email = email,
                        .username = name,
                        .hashed_password = "x",
                        .full_name = "Full 100% " + name});
    });
  };
  insert("ann@example.com", "ann");
  insert("bob_b@example.com", "Hannes");
  insert("bobxb@example.com", "carl");
  const auto names = [&](const std::optional<std::string>& text) {
    std::vector<std::string> found;
    for (const auto& user : this->in_transaction([&](Transaction& t) {
                                  return t.users().search(text, {.limit = 10, .offset = 0});
                                })
                                .items) {
      found.push_back(user.username);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(std::nullopt), (Names{"Hannes", "ann", "carl"}));
  EXPECT_EQ(names("ANN"), (Names{"Hannes", "ann"}));
  EXPECT_EQ(names("bob_b@"), (Names{"Hannes"})) << "no wildcard";
  EXPECT_EQ(names("100% c"), (Names{"carl"}));
  EXPECT_EQ(names("\\"), Names{});
  const auto page = this->in_transaction(
      [&](Transaction& t) { return t.users().search(std::nullopt, {.limit = 2, .offset = 2}); });
  EXPECT_EQ(page.total, 3U);
  EXPECT_EQ(page.items.size(), 1U);
}

TYPED_TEST(ListsContract, KnowsTheActiveAdministrators) {
  const Uuid active = add_user(this->database_);
  const Uuid inactive = add_user(this->database_);
  add_user(this->database_);
  this->change([&](Transaction& t) {
    t.users().set_role(active, domain::Role::kAdmin);
    t.users().set_role(inactive, domain::Role::kAdmin);
    t.users().set_active(inactive, false);
    EXPECT_EQ(t.users().lock_active_admins(), std::vector<Uuid>{active});
  });
}

TYPED_TEST(ListsContract, FindsTokensByOwnerAndStatus) {
  const Uuid owner = add_user(this->database_, Money::from_cents(72'00));
  const Uuid other = add_user(this->database_, Money::from_cents(18'00));
  const auto unused = add_token(this->database_, owner);
  const auto active = add_token(this->database_, owner);
  const auto expired = add_token(this->database_, owner);
  const auto revoked = add_token(this->database_, owner);
  add_token(this->database_, other);
  this->change([&](Transaction& t) {
    t.tokens().activate(active.id, kNow - hours{24} + seconds{1});
    t.tokens().activate(expired.id, kNow - hours{24});
    t.tokens().activate(revoked.id, kNow - hours{1});
    t.tokens().mark_revoked(revoked.id, kNow);
  });
  const auto search = [&](std::optional<Uuid> user_id, std::optional<domain::TokenStatus> status) {
    return this->in_transaction([&](Transaction& t) {
      return t.tokens().search({user_id, status, kNow}, {.limit = 10, .offset = 0});
    });
  };
  using domain::TokenStatus;
  EXPECT_EQ(search(std::nullopt, std::nullopt).total, 5U);
  EXPECT_EQ(search(owner, std::nullopt).total, 4U);
  EXPECT_EQ(search(std::nullopt, TokenStatus::kUnused).total, 2U);
  for (const auto& [status, token] : {std::pair{TokenStatus::kUnused, unused},
                                      {TokenStatus::kActive, active},
                                      {TokenStatus::kExpired, expired},
                                      {TokenStatus::kRevoked, revoked}}) {
    const auto page = search(owner, status);
    ASSERT_EQ(page.items.size(), 1U) << domain::to_string(status);
    EXPECT_EQ(page.items[0].id, token.id);
  }
  this->change([&](Transaction& t) {
    EXPECT_EQ(t.tokens().find_owner(unused.id), owner);
    EXPECT_EQ(t.tokens().find_owner(random_uuid()), std::nullopt);
    std::vector<Uuid> usable;
    for (const auto& token : t.tokens().lock_usable(owner, kNow)) {
      usable.push_back(token.id);
    }
    std::vector<Uuid> expected{unused.id, active.id};
    std::ranges::sort(expected, {}, &Uuid::bytes);
    EXPECT_EQ(usable, expected);
  });
}

TYPED_TEST(ListsContract, ListsTokensRevokedBeforeTheirTimeIsOver) {
  const Uuid owner = add_user(this->database_, Money::from_cents(90'00));
  const auto early = add_token(this->database_, owner);
  const auto late = add_token(this->database_, owner);
  const auto over = add_token(this->database_, owner);
  const auto unused = add_token(this->database_, owner);
  const auto alive = add_token(this->database_, owner);
  this->change([&](Transaction& t) {
    for (const auto* token : {&early, &late, &alive}) {
      t.tokens().activate(token->id, kNow - hours{24} + seconds{1});
    }
    t.tokens().activate(over.id, kNow - hours{24});
    t.tokens().mark_revoked(early.id, kNow - hours{3});
    t.tokens().mark_revoked(late.id, kNow - hours{1});
    t.tokens().mark_revoked(over.id, kNow - hours{1});
    t.tokens().mark_revoked(unused.id, kNow - hours{1});
    EXPECT_EQ(t.tokens().list_revoked(kNow),
              (std::vector<app::RevokedToken>{{late.hash, kNow + seconds{1}},
                                              {early.hash, kNow + seconds{1}}}));
    EXPECT_TRUE(t.tokens().list_revoked(kNow + seconds{1}).empty());
  });
}

TYPED_TEST(ListsContract, KeepsAnExtension) {
  const Uuid owner = add_user(this->database_, Money::from_cents(18'00));
  const auto token = add_token(this->database_, owner);
  const app::AccessTokenStore::Extension first{random_uuid(), token.id, 36, std::nullopt};
  const app::AccessTokenStore::Extension second{random_uuid(), token.id, 37, kNow};
  this->change([&](Transaction& t) {
    t.tokens().extend(first, Money::from_cents(10'00));
    t.tokens().extend(second, Money::from_cents(1'00));
  });
  this->change([&](Transaction& t) {
    const auto extended = t.tokens().lock(token.id, owner).value();
    EXPECT_EQ(extended.duration_hours, 37U);
    EXPECT_EQ(extended.price_paid, Money::from_cents(29'00));
    const auto found = t.tokens().find_extension(second.transaction_id).value();
    EXPECT_EQ(found.token_id, token.id);
    EXPECT_EQ(found.duration_hours, 37U);
    EXPECT_EQ(found.activated_at, kNow);
    EXPECT_EQ(t.tokens().find_extension(first.transaction_id).value().activated_at, std::nullopt);
    EXPECT_FALSE(t.tokens().find_extension(random_uuid()).has_value());
  });
}

TYPED_TEST(ListsContract, FindsAuditEntriesNewestFirst) {
  const Uuid ann = add_user(this->database_);
  const Uuid root = add_user(this->database_);
  const Uuid token = random_uuid();
  const auto append = [&](const app::AuditLog::NewEntry& entry) {
    this->change([&](Transaction& t) { t.audit().append(entry); });
  };
  append({.action = domain::AuditAction::kLoginFailed,
          .target_type = domain::AuditTarget::kAccount,
          .ip_address = "no address"});
  append({.action = domain::AuditAction::kTokenRevoked,
          .account_id = ann,
          .actor_id = root,
          .target_type = domain::AuditTarget::kToken,
          .target_id = token,
          .detail = {{"refund_amount", "1.00"}},
          .ip_address = "192.0.2.1"});
  const auto list = [&](const app::AuditLog::Filter& filter) {
    return this->in_transaction(
        [&](Transaction& t) { return t.audit().list(filter, {.limit = 10, .offset = 0}); });
  };
  const auto all = list({});
  ASSERT_EQ(all.items.size(), 2U);
  const domain::AuditEntry& entry = all.items[0];
  EXPECT_EQ(entry.account_id, ann);
  EXPECT_EQ(entry.actor_id, root);
  EXPECT_EQ(entry.action, "token.revoked");
  EXPECT_EQ(entry.target_type, "token");
  EXPECT_EQ(entry.target_id, token);
  EXPECT_EQ(entry.detail, R"({"refund_amount": "1.00"})");
  EXPECT_EQ(entry.ip_address, "192.0.2.1");
  EXPECT_EQ(all.items[1].account_id, std::nullopt);
  EXPECT_EQ(all.items[1].actor_id, std::nullopt);
  EXPECT_EQ(all.items[1].detail, "{}");

  EXPECT_EQ(list({.account_id = ann, .actor_id = {}, .target_id = {}, .action = {}}).total, 1U);
  EXPECT_EQ(list({.account_id = {}, .actor_id = root, .target_id = {}, .action = {}}).total, 1U);
  EXPECT_EQ(list({.account_id = {}, .actor_id = {}, .target_id = token, .action = {}}).total, 1U);
  EXPECT_EQ(
      list({.account_id = {}, .actor_id = {}, .target_id = {}, .action = "login.failed"}).total,
      1U);
  EXPECT_EQ(list({.account_id = root, .actor_id = {}, .target_id = {}, .action = {}}).total, 0U);
}

}  // namespace
}  // namespace zenzefi::test
