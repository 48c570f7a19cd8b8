#include "tests/integration/postgres/database_contract.hpp"

#include <array>

namespace zenzefi::test {
namespace {

using app::Transaction;
using domain::ErrorCode;
using domain::Money;
using domain::Result;
using std::chrono::hours;
using std::chrono::seconds;

TYPED_TEST_SUITE(DatabaseContract, DatabaseSubjects);

TYPED_TEST(DatabaseContract, AnErrorTakesEverythingBack) {
  const Uuid id = random_uuid();
  const auto result = this->database_.run([&](Transaction& transaction) -> Result<int> {
    transaction.users().insert(
        {.id = id, .email = "a@b.c", .username = "abc", .hashed_password = "x", .full_name = {}});
    EXPECT_TRUE(transaction.users().find(id).has_value());
    return domain::fail(ErrorCode::kConflict, "no");
  });
  EXPECT_EQ(result.error(), (domain::Error{ErrorCode::kConflict, "no"}));
  EXPECT_FALSE(
      this->in_transaction([&](Transaction& t) { return t.users().find(id); }).has_value());
}

TYPED_TEST(DatabaseContract, ReadsOutsideATransaction) {
  const Uuid id = add_user(this->database_);
  const auto found = this->database_.read(
      [&](const Transaction& t) -> Result<bool> { return t.users().find(id).has_value(); });
  EXPECT_TRUE(found.value());
  const auto refused = this->database_.read(
      [&](const Transaction&) -> Result<bool> { return domain::fail(ErrorCode::kNotFound, "no"); });
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(this->database_.ping());
}

TYPED_TEST(DatabaseContract, KeepsAUser) {
  const Uuid id = random_uuid();
  const std::string name = "Ünïcode 'quoted' \\ \"name\"";
  const auto inserted = this->in_transaction([&](Transaction& t) {
    return t.users().insert({.id = id,
                             .email = "Ann@Example.com",
                             .username = "Ann",
                             .hashed_password = "$argon2id$x",
                             .full_name = name,
                             .role = domain::Role::kAdmin});
  });
  for (const domain::User& user : {inserted, this->user(id)}) {
    EXPECT_EQ(user.id, id);
    EXPECT_EQ(user.email, "Ann@Example.com");
    EXPECT_EQ(user.username, "Ann");
    EXPECT_EQ(user.hashed_password, "$argon2id$x");
    EXPECT_EQ(user.full_name, name);
    EXPECT_TRUE(user.is_active);
    EXPECT_EQ(user.role, domain::Role::kAdmin);
    EXPECT_EQ(user.currency_balance, Money{});
  }
  const auto by_email = this->in_transaction(
      [&](Transaction& t) { return t.users().find_by_email("aNN@example.COM"); });
  EXPECT_EQ(by_email.value().id, id);
  EXPECT_FALSE(this->in_transaction([&](Transaction& t) {
                     return t.users().find_by_email("nobody@example.com");
                   })
                   .has_value());
  EXPECT_FALSE(this->in_transaction([&](Transaction& t) { return t.users().lock(random_uuid()); })
                   .has_value());
}

TYPED_TEST(DatabaseContract, ADuplicateEmailOrUsernameBreaksARule) {
  const auto insert = [&](const std::string& email, const std::string& username) {
    return this->database_.run([&](Transaction& t) -> Result<bool> {
      t.users().insert({.id = random_uuid(),
                        .email = email,
                        .username = username,
                        .hashed_password = "x",
                        .full_name = {}});
      return true;
    });
  };
  ASSERT_TRUE(insert("ann@example.com", "ann"));
  EXPECT_EQ(insert("ANN@example.com", "bob").error().code, ErrorCode::kRuleViolated);
  EXPECT_EQ(insert("bob@example.com", "ANN").error().code, ErrorCode::kRuleViolated);
  EXPECT_TRUE(insert("bob@example.com", "bob"));
}

TYPED_TEST(DatabaseContract, ChangesAUser) {
  const Uuid id = add_user(this->database_);
  this->change([&](Transaction& t) {
    t.users().set_full_name(id, "Ann");
    t.users().set_role(id, domain::Role::kAdmin);
    t.users().set_active(id, false);
    t.users().set_password(id, "first");
  });
  EXPECT_EQ(this->user(id).full_name, "Ann");
  EXPECT_EQ(this->user(id).role, domain::Role::kAdmin);
  EXPECT_FALSE(this->user(id).is_active);
  this->change([&](Transaction& t) { t.users().set_full_name(id, std::nullopt); });
  EXPECT_EQ(this->user(id).full_name, std::nullopt);

  const auto replace = [&](const std::string& expected) {
    return this->in_transaction(
        [&](Transaction& t) { return t.users().replace_password(id, expected, "second"); });
  };
  EXPECT_FALSE(replace("other"));
  EXPECT_EQ(this->user(id).hashed_password, "first");
  EXPECT_TRUE(replace("first"));
  EXPECT_EQ(this->user(id).hashed_password, "second");
}

TYPED_TEST(DatabaseContract, BooksMoveTheBalance) {
  const Uuid id = add_user(this->database_, Money::from_cents(10'05));
  const auto entry = this->in_transaction([&](Transaction& t) {
    static_cast<void>(t.users().lock(id));
    return t.ledger().book({.id = random_uuid(),
                            .user_id = id,
                            .amount = Money::from_cents(-3'10),
                            .transaction_type = domain::TransactionType::kAdjustment,
                            .description = "Fee",
                            .token_id = {}});
  });
  EXPECT_EQ(entry.balance_after, Money::from_cents(6'95));
  EXPECT_EQ(this->user(id).currency_balance, Money::from_cents(6'95));

  const auto found =
      this->in_transaction([&](Transaction& t) { return t.ledger().find(entry.id); });
  EXPECT_EQ(found.value().amount, Money::from_cents(-3'10));
  EXPECT_EQ(found->transaction_type, domain::TransactionType::kAdjustment);
  EXPECT_EQ(found->description, "Fee");
  EXPECT_EQ(found->user_id, id);
  EXPECT_EQ(found->created_at, entry.created_at);
  EXPECT_FALSE(this->in_transaction([&](Transaction& t) { return t.ledger().find(random_uuid()); })
                   .has_value());
}

TYPED_TEST(DatabaseContract, ABalanceBelowZeroEndsTheTransaction) {
  const Uuid id = add_user(this->database_, Money::from_cents(1'00));
  const auto result = this->database_.run([&](Transaction& t) -> Result<bool> {
    static_cast<void>(t.users().lock(id));
    t.ledger().book({.id = random_uuid(),
                     .user_id = id,
                     .amount = Money::from_cents(-1'01),
                     .transaction_type = domain::TransactionType::kAdjustment,
                     .description = "",
                     .token_id = {}});
    return true;
  });
  EXPECT_FALSE(result);
  EXPECT_EQ(this->user(id).currency_balance, Money::from_cents(1'00));
}

TYPED_TEST(DatabaseContract, ListsTheLedgerNewestFirst) {
  const Uuid id = add_user(this->database_);
  add_user(this->database_, Money::from_cents(1));  // somebody else's entry
  for (int i = 1; i <= 5; ++i) {
    this->change([&](Transaction& t) {
      static_cast<void>(t.users().lock(id));
      t.ledger().book({.id = random_uuid(),
                       .user_id = id,
                       .amount = Money::from_cents(i),
                       .transaction_type = domain::TransactionType::kDeposit,
                       .description = std::to_string(i),
                       .token_id = {}});
    });
  }
  const auto page = this->in_transaction(
      [&](Transaction& t) { return t.ledger().list(id, {.limit = 2, .offset = 1}); });
  EXPECT_EQ(page.total, 5U);
  EXPECT_EQ(page.request.offset, 1U);
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].description, "4");
  EXPECT_EQ(page.items[1].description, "3");
  EXPECT_TRUE(this->in_transaction([&](Transaction& t) {
                    return t.ledger().list(id, {.limit = 2, .offset = 5});
                  })
                  .items.empty());
}

TYPED_TEST(DatabaseContract, KeepsAToken) {
  const Uuid owner = add_user(this->database_, Money::from_cents(18'00));
  const auto token = add_token(this->database_, owner);
  const auto found =
      this->in_transaction([&](Transaction& t) { return t.tokens().find(token.hash).value(); });
  EXPECT_TRUE(found.owner_is_active);
  EXPECT_EQ(found.token.id, token.id);
  EXPECT_EQ(found.token.user_id, owner);
  EXPECT_EQ(found.token.hash, token.hash);
  EXPECT_EQ(found.token.sealed, (std::string{"\0\x01sealed\xff", 9}));
  EXPECT_EQ(found.token.duration_hours, 24U);
  EXPECT_EQ(found.token.price_paid, Money::from_cents(18'00));
  EXPECT_FALSE(found.token.activated_at.has_value());
  EXPECT_FALSE(found.token.revoked_at.has_value());

  this->change([&](Transaction& t) { t.users().set_active(owner, false); });
  this->change([&](Transaction& t) {
    EXPECT_FALSE(t.tokens().find(token.hash).value().owner_is_active);
    EXPECT_FALSE(t.tokens().find(random_hash()).has_value());
    EXPECT_TRUE(t.tokens().lock(token.id, owner).has_value());
    EXPECT_FALSE(t.tokens().lock(token.id, random_uuid()).has_value());
    EXPECT_FALSE(t.tokens().lock(random_uuid(), owner).has_value());
  });
}

TYPED_TEST(DatabaseContract, FindsTokensInTheOrderTheyAreAskedFor) {
  const Uuid owner = add_user(this->database_, Money::from_cents(36'00));
  const Uuid other = add_user(this->database_, Money::from_cents(36'00));
  const auto first = add_token(this->database_, owner);
  const auto second = add_token(this->database_, other);
  this->change([&](Transaction& t) { t.users().set_active(other, false); });
  this->change([&](Transaction& t) {
    const std::vector<TokenHash> asked{second.hash, random_hash(), first.hash, second.hash};
    const auto found = t.tokens().find_all(asked);
    ASSERT_EQ(found.size(), asked.size());
    EXPECT_EQ(found[0].value().token.id, second.id);
    EXPECT_FALSE(found[0].value().owner_is_active);
    EXPECT_FALSE(found[1].has_value());
    EXPECT_EQ(found[2].value().token.id, first.id);
    EXPECT_TRUE(found[2].value().owner_is_active);
    EXPECT_EQ(found[3].value().token.id, second.id);
  });
}

TYPED_TEST(DatabaseContract, ActivatesATokenOnceAndNotAfterItsRevocation) {
  const Uuid owner = add_user(this->database_, Money::from_cents(36'00));
  const auto token = add_token(this->database_, owner);
  const auto other = add_token(this->database_, owner);
  this->change([&](Transaction& t) {
    EXPECT_TRUE(t.tokens().activate(token.id, kNow));
    EXPECT_FALSE(t.tokens().activate(token.id, kNow + seconds{1}));
    t.tokens().mark_revoked(token.id, kNow + seconds{2});
    t.tokens().mark_revoked(other.id, kNow + seconds{2});
    EXPECT_FALSE(t.tokens().activate(other.id, kNow + seconds{3}));
  });
  this->change([&](Transaction& t) {
    EXPECT_EQ(t.tokens().find(token.hash).value().token.activated_at, kNow);
    EXPECT_EQ(t.tokens().find(token.hash).value().token.revoked_at, kNow + seconds{2});
    EXPECT_FALSE(t.tokens().find(other.hash).value().token.activated_at.has_value());
  });
}

TYPED_TEST(DatabaseContract, ListsTokensNewestFirstAndOnlyUsableOnesIfAsked) {
  const Uuid owner = add_user(this->database_, Money::from_cents(72'00));
  const auto unused = add_token(this->database_, owner);
  const auto active = add_token(this->database_, owner);
  const auto expired = add_token(this->database_, owner);
  const auto revoked = add_token(this->database_, owner);
  this->change([&](Transaction& t) {
    t.tokens().activate(active.id, kNow - hours{24} + seconds{1});
    t.tokens().activate(expired.id, kNow - hours{24});
    t.tokens().mark_revoked(revoked.id, kNow - seconds{1});
  });
  const auto list = [&](std::optional<Timestamp> usable_at, domain::PageRequest request) {
    return this->in_transaction(
        [&](Transaction& t) { return t.tokens().list(owner, usable_at, request); });
  };
  const auto all = list(std::nullopt, {.limit = 3, .offset = 0});
  EXPECT_EQ(all.total, 4U);
  ASSERT_EQ(all.items.size(), 3U);
  EXPECT_EQ(all.items[0].id, revoked.id);
  EXPECT_EQ(all.items[2].id, active.id);

  const auto usable = list(kNow, {.limit = 10, .offset = 0});
  EXPECT_EQ(usable.total, 2U);
  ASSERT_EQ(usable.items.size(), 2U);
  EXPECT_EQ(usable.items[0].id, active.id);
  EXPECT_EQ(usable.items[1].id, unused.id);
}

TYPED_TEST(DatabaseContract, KeepsASessionAndItsFamilyOfRefreshTokens) {
  const Uuid owner = add_user(this->database_);
  const TokenHash first = random_hash();
  const TokenHash second = random_hash();
  const auto session = this->open_session(owner, first);
  this->change([&](Transaction& t) {
    const auto match = t.sessions().lock_by_refresh_token(first).value();
    EXPECT_EQ(match.session.id, session.id);
    EXPECT_EQ(match.session.user_id, owner);
    EXPECT_TRUE(match.session.remember_me);
    EXPECT_EQ(match.session.device_info, "curl/8");
    EXPECT_EQ(match.session.ip_address, "2001:db8::1");
    EXPECT_EQ(match.session.created_at, kNow);
    EXPECT_EQ(match.token.session_id, session.id);
    EXPECT_FALSE(match.token.used_at.has_value());
    t.sessions().rotate(session.id, first, second, kNow + seconds{5}, kNow + hours{30});
  });
  this->change([&](Transaction& t) {
    EXPECT_EQ(t.sessions().lock_by_refresh_token(first).value().token.used_at, kNow + seconds{5});
    EXPECT_FALSE(t.sessions().lock_by_refresh_token(second).value().token.used_at.has_value());
    EXPECT_EQ(t.sessions().find(session.id).value().expires_at, kNow + hours{30});
    EXPECT_FALSE(t.sessions().lock_by_refresh_token(random_hash()).has_value());
    EXPECT_FALSE(t.sessions().find(random_uuid()).has_value());
  });
}

TYPED_TEST(DatabaseContract, EndsSessions) {
  const Uuid owner = add_user(this->database_);
  const auto one = this->open_session(owner, random_hash());
  const auto two = this->open_session(owner, random_hash());
  const auto three = this->open_session(owner, random_hash());
  const auto foreign = this->open_session(add_user(this->database_), random_hash());
  this->change([&](Transaction& t) { t.sessions().end(one.id, kNow); });
  EXPECT_FALSE(this->is_alive(one));
  EXPECT_TRUE(this->is_alive(two));
  this->change([&](Transaction& t) { t.sessions().end_others(owner, two.id, kNow + seconds{1}); });
  EXPECT_TRUE(this->is_alive(two));
  EXPECT_FALSE(this->is_alive(three));
  this->change([&](Transaction& t) { t.sessions().end_all(owner, kNow + seconds{2}); });
  EXPECT_FALSE(this->is_alive(two));
  EXPECT_TRUE(this->is_alive(foreign));
  this->change([&](Transaction& t) {
    EXPECT_EQ(t.sessions().find(one.id).value().ended_at, kNow) << "the first end is the end";
  });
}

TYPED_TEST(DatabaseContract, HandsTheOutboxOutOldestFirst) {
  std::vector<TokenHash> hashes;
  for (int i = 0; i < 3; ++i) {
    hashes.push_back(random_hash());
    this->change([&](Transaction& t) { EXPECT_EQ(t.outbox().add(hashes.back()).hash, hashes[i]); });
  }
  this->change([&](Transaction& t) {
    const auto pending = t.outbox().lock_oldest(2);
    ASSERT_EQ(pending.size(), 2U);
    EXPECT_EQ(pending[0].hash, hashes[0]);
    EXPECT_EQ(pending[1].hash, hashes[1]);
    EXPECT_LE(pending[0].since, pending[1].since);
    t.outbox().remove(std::array{pending[0].id, pending[1].id});
  });
  this->change([&](Transaction& t) {
    const auto pending = t.outbox().lock_oldest(10);
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(pending[0].hash, hashes[2]);
  });
}

TYPED_TEST(DatabaseContract, AnIdempotencyKeyIsTakenOnceUntilItExpires) {
  const Uuid owner = add_user(this->database_);
  const Uuid other = add_user(this->database_);
  const app::IdempotentPurchase first{.fingerprint = random_hash().hex(),
                                      .transaction_id = random_uuid()};
  const app::IdempotentPurchase second{.fingerprint = random_hash().hex(),
                                       .transaction_id = random_uuid()};
  const auto claim = [&](const Uuid& user, app::IdempotentCall call, const std::string& key,
                         const app::IdempotentPurchase& purchase, Timestamp now) {
    return this->in_transaction([&](Transaction& t) {
      return t.idempotency().claim({user, call, key}, purchase, now);
    });
  };
  constexpr auto kToken = app::IdempotentCall::kPurchaseToken;
  constexpr auto kCredits = app::IdempotentCall::kPurchaseCredits;
  const Timestamp last_second = kNow + app::kIdempotencyKeyLifetime - seconds{1};

  EXPECT_FALSE(claim(owner, kToken, "key", first, kNow).has_value());
  const auto holder = claim(owner, kToken, "key", second, last_second);
  ASSERT_TRUE(holder.has_value());
  EXPECT_EQ(holder->fingerprint, first.fingerprint);
  EXPECT_EQ(holder->transaction_id, first.transaction_id);

  EXPECT_FALSE(claim(owner, kCredits, "key", second, kNow).has_value()) << "another call";
  EXPECT_FALSE(claim(other, kToken, "key", second, kNow).has_value()) << "another user";
  EXPECT_FALSE(claim(owner, kToken, "KEY", second, kNow).has_value()) << "another key";
  EXPECT_FALSE(claim(owner, kToken, "key", second, last_second + seconds{1}).has_value())
      << "expired";
}

}  // namespace
}  // namespace zenzefi::test
