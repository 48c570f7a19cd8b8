#include "app/tokens/check_token.hpp"

#include <map>
#include <vector>

#include "app/operations/check_health.hpp"
#include "app/proxy/proxy_status.hpp"
#include "app/tokens/validate_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::CheckToken;
using app::Refusal;
using domain::ErrorCode;
using std::chrono::hours;
using std::chrono::seconds;

class CheckTokenTest : public ServiceTest {
 protected:
  void SetUp() override {
    user_ = register_user_with(domain::Money::from_cents(100'00));
    auto purchase = buy(user_, 24);
    token_ = purchase->token;
    text_ = purchase->text;
  }

  domain::Result<CheckToken::Output> check() {
    return CheckToken{database, cache, clock}.run(token_.hash);
  }
  // By place.
  std::map<std::size_t, domain::Result<CheckToken::Output>> check_in_use(
      const std::vector<TokenHash>& hashes) {
    std::map<std::size_t, domain::Result<CheckToken::Output>> answers;
    CheckToken{database, cache, clock}.run_in_use(
        hashes, [&](std::size_t place, domain::Result<CheckToken::Output> output) {
          EXPECT_TRUE(answers.emplace(place, std::move(output)).second) << "answered twice";
        });
    return answers;
  }
  domain::Result<app::ValidateToken::Output> validate() {
    return app::ValidateToken{database, clock}.run(text_);
  }
  domain::Result<app::ProxyStatus::Output> status() {
    return app::ProxyStatus{database, clock}.run(token_.hash);
  }

  Uuid user_;
  domain::AccessToken token_;
  std::string text_;
};

TEST_F(CheckTokenTest, FirstUseStartsTheClock) {
  clock.time += hours{1000};
  const Grant expected{user_, token_.id, clock.time + hours{24}, 24};
  EXPECT_EQ(check(), CheckToken::Output{expected});
  EXPECT_EQ(stored(token_.id).activated_at, clock.time);

  clock.time += hours{5};
  EXPECT_EQ(check(), CheckToken::Output{expected});
}

TEST_F(CheckTokenTest, LeavesTheGrantWhereNginxLooks) {
  const auto grant = std::get<Grant>(*check());
  EXPECT_EQ(cache.records.at(token_.hash.hex()), GrantRecord{grant});
}

TEST_F(CheckTokenTest, NeverReplacesATombstone) {
  cache.records.emplace(token_.hash.hex(), Tombstone{});
  ASSERT_TRUE(check().has_value());
  EXPECT_EQ(cache.records.at(token_.hash.hex()), GrantRecord{Tombstone{}});
}

TEST_F(CheckTokenTest, EndsToTheSecond) {
  ASSERT_TRUE(check().has_value());
  clock.time += hours{24} - seconds{1};
  EXPECT_TRUE(std::holds_alternative<Grant>(*check()));
  clock.time += seconds{1};
  EXPECT_EQ(check(), CheckToken::Output{Refusal::kExpired});
}

TEST_F(CheckTokenTest, RefusesWhatLetsNobodyPass) {
  database.state.tokens.back().revoked_at = clock.time;
  EXPECT_EQ(check(), CheckToken::Output{Refusal::kRevoked});
  database.state.tokens.clear();
  EXPECT_EQ(check(), CheckToken::Output{Refusal::kUnknown});
  EXPECT_TRUE(cache.records.empty());
}

TEST_F(CheckTokenTest, DeactivatedOwnersTokensAreRevoked) {
  database.state.users.at(user_).is_active = false;
  EXPECT_EQ(check(), CheckToken::Output{Refusal::kRevoked});
  EXPECT_EQ(stored(token_.id).activated_at, std::nullopt);
}

TEST_F(CheckTokenTest, AsksOnceForATokenInUse) {
  ASSERT_TRUE(check().has_value());
  database.round_trips = 0;
  ASSERT_TRUE(check().has_value());
  EXPECT_EQ(database.round_trips, 1U);
}

TEST_F(CheckTokenTest, SeveralInUseCostOneRoundTripEach) {
  ASSERT_TRUE(check().has_value());
  const auto other = buy(user_, 24)->token;
  ASSERT_TRUE((CheckToken{database, cache, clock}.run(other.hash).has_value()));
  cache.records.clear();
  database.round_trips = 0;
  cache.round_trips = 0;
  const auto outputs = check_in_use({token_.hash, other.hash, token_.hash});
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_EQ(std::get<Grant>(*outputs.at(0)).token_id, token_.id);
  EXPECT_EQ(std::get<Grant>(*outputs.at(1)).token_id, other.id);
  EXPECT_EQ(outputs.at(2), outputs.at(0));
  EXPECT_EQ(database.round_trips, 1U);
  EXPECT_EQ(cache.round_trips, 1U);
  EXPECT_EQ(cache.records.size(), 2U);
}

TEST_F(CheckTokenTest, OfSeveralEachGetsItsOwnAnswer) {
  const auto revoked = buy(user_, 24)->token;
  database.state.tokens.back().revoked_at = clock.time;
  ASSERT_TRUE(check().has_value());
  const auto outputs = check_in_use({revoked.hash, TokenHash{}, token_.hash});
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_EQ(outputs.at(0), CheckToken::Output{Refusal::kRevoked});
  EXPECT_EQ(outputs.at(1), CheckToken::Output{Refusal::kUnknown});
  EXPECT_EQ(std::get<Grant>(*outputs.at(2)).token_id, token_.id);
}

TEST_F(CheckTokenTest, AFirstUseAmongSeveralIsLeftOut) {
  const auto unused = buy(user_, 24)->token;
  ASSERT_TRUE(check().has_value());
  const auto outputs = check_in_use({unused.hash, token_.hash});
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_EQ(std::get<Grant>(*outputs.at(1)).token_id, token_.id);
  EXPECT_EQ(stored(unused.id).activated_at, std::nullopt);
}

TEST_F(CheckTokenTest, AnOutageIsToldToEachOfSeveral) {
  database.is_down = true;
  const auto outputs = check_in_use({token_.hash, TokenHash{}});
  ASSERT_EQ(outputs.size(), 2U);
  for (const auto& [place, output] : outputs) {
    EXPECT_EQ(code_of(output), ErrorCode::kUnavailable);
  }
  EXPECT_TRUE(check_in_use({}).empty()) << "nobody is asked";
}

TEST_F(CheckTokenTest, SecondOfTwoFirstUsesGetsTheGrantOfTheFirst) {
  const Timestamp first_use = clock.time - seconds{3};
  database.before_next_run = [&] { database.state.tokens.back().activated_at = first_use; };
  EXPECT_EQ(std::get<Grant>(*check()).expires_at, first_use + hours{24});
  EXPECT_EQ(stored(token_.id).activated_at, first_use);
}

TEST_F(CheckTokenTest, RevocationBeforeTheActivationWins) {
  database.before_next_run = [&] { database.state.tokens.back().revoked_at = clock.time; };
  EXPECT_EQ(check(), CheckToken::Output{Refusal::kRevoked});
  EXPECT_EQ(stored(token_.id).activated_at, std::nullopt);
}

TEST_F(CheckTokenTest, OutagesAreDecided) {
  cache.is_down = true;
  EXPECT_TRUE(std::holds_alternative<Grant>(*check()));
  database.is_down = true;
  EXPECT_EQ(code_of(check()), ErrorCode::kUnavailable);
}

TEST_F(CheckTokenTest, ValidationNeverActivates) {
  const auto unused = std::get<app::ValidToken>(*validate());
  EXPECT_EQ(unused.user_id, user_);
  EXPECT_EQ(unused.token_id, token_.id);
  EXPECT_EQ(unused.expires_at, std::nullopt);
  EXPECT_EQ(unused.time_remaining, hours{24});
  EXPECT_EQ(stored(token_.id).activated_at, std::nullopt);
  EXPECT_TRUE(cache.records.empty());

  ASSERT_TRUE(check().has_value());
  clock.time += hours{23};
  const auto used = std::get<app::ValidToken>(*validate());
  EXPECT_EQ(used.expires_at, clock.time + hours{1});
  EXPECT_EQ(used.time_remaining, hours{1});
  clock.time += hours{1};
  EXPECT_EQ(std::get<Refusal>(*validate()), Refusal::kExpired);
}

TEST_F(CheckTokenTest, ImplausibleTextAsksNobody) {
  database.is_down = true;
  for (const std::string& text :
       {std::string{}, std::string(257, 'a'), std::string{"a\0b", 3}, std::string{"a b"}}) {
    text_ = text;
    EXPECT_EQ(std::get<Refusal>(*validate()), Refusal::kUnknown);
  }
}

TEST_F(CheckTokenTest, StatusChangesNothing) {
  const auto unused = status();
  ASSERT_TRUE(unused.has_value());
  EXPECT_FALSE(unused->connected());
  EXPECT_EQ(unused->time_remaining, hours{24});
  EXPECT_EQ(stored(token_.id).activated_at, std::nullopt);

  const Timestamp first_use = clock.time;
  ASSERT_TRUE(check().has_value());
  clock.time += hours{1};
  const auto used = status();
  ASSERT_TRUE(used.has_value());
  EXPECT_TRUE(used->connected());
  EXPECT_EQ(used->started_at, first_use);
  EXPECT_EQ(used->time_remaining, hours{23});
  clock.time += hours{23};
  EXPECT_EQ(code_of(status()), ErrorCode::kUnauthenticated);
}

TEST_F(CheckTokenTest, HealthNeedsTheDatabaseAlone) {
  app::CheckHealth health{database, cache};
  cache.is_down = true;
  EXPECT_TRUE(health.run().can_serve());
  EXPECT_FALSE(health.run().redis);
  cache.is_down = false;
  database.is_down = true;
  EXPECT_FALSE(health.run().can_serve());
  EXPECT_TRUE(health.run().redis);
}

}  // namespace

}  // namespace zenzefi::test
