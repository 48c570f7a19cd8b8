// Sessions through nginx.
#include "shared/clock.hpp"
#include "tests/integration/postgres/database_contract.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;
using domain::kProxySessionIdle;
using std::chrono::seconds;

template <typename Subject>
class ProxySessionContract : public DatabaseContract<Subject> {
 protected:
  [[nodiscard]] UsageDelta delta(std::uint64_t bytes, Timestamp at) const {
    UsageDelta delta;
    delta.token_id = token_.id;
    delta.ip_address = "2001:db8::1";
    delta.user_agent = "curl/8 'quoted'";
    delta.requests = 1;
    delta.bytes_in = 1;
    delta.bytes_out = bytes;
    delta.first_activity = delta.last_activity = at;
    return delta;
  }
  std::vector<domain::ProxySession> add(const std::vector<UsageDelta>& deltas, Timestamp now) {
    return this->in_transaction([&](Transaction& t) {
      t.proxy_sessions().lock();
      return t.proxy_sessions().add(deltas, now);
    });
  }
  std::size_t end_finished(Timestamp now) {
    return this->in_transaction(
        [&](Transaction& t) { return t.proxy_sessions().end_finished(now); });
  }
  std::optional<domain::ProxySession> latest() {
    return this->in_transaction(
        [&](Transaction& t) { return t.proxy_sessions().latest_of(token_.id); });
  }

  Uuid owner_ = add_user(this->database_, domain::Money::from_cents(100'00));
  domain::AccessToken token_ = add_token(this->database_, owner_);
  Timestamp now_ = SystemClock{}.now() + seconds{1};
};
TYPED_TEST_SUITE(ProxySessionContract, DatabaseSubjects);

TYPED_TEST(ProxySessionContract, ABatchIsTakenOnce) {
  const Uuid writer = random_uuid();
  const auto take = [&](const Uuid& from, std::uint64_t sequence, Timestamp now) {
    return this->in_transaction(
        [&](Transaction& t) { return t.proxy_sessions().take_batch(from, sequence, now); });
  };
  EXPECT_TRUE(take(writer, 1, this->now_));
  EXPECT_FALSE(take(writer, 1, this->now_ + seconds{1}));
  EXPECT_TRUE(take(writer, 2, this->now_ + seconds{1}));
  EXPECT_TRUE(take(random_uuid(), 1, this->now_ + seconds{1}));
  const auto forget = [&](Timestamp before) {
    return this->in_transaction(
        [&](Transaction& t) { return t.proxy_sessions().forget_batches(before); });
  };
  EXPECT_EQ(forget(this->now_), 0U);
  EXPECT_EQ(forget(this->now_ + seconds{1}), 1U);
  EXPECT_TRUE(take(writer, 1, this->now_));
}

TYPED_TEST(ProxySessionContract, DeltasAddUpToSessions) {
  EXPECT_FALSE(this->latest().has_value());
  const auto begun = this->add({this->delta(10, this->now_)}, this->now_);
  ASSERT_EQ(begun.size(), 1U);
  const Timestamp later = this->now_ + kProxySessionIdle;
  const auto continued = this->add({this->delta(20, later)}, later);
  ASSERT_EQ(continued.size(), 1U);
  for (const domain::ProxySession& session : {continued.front(), this->latest().value()}) {
    EXPECT_EQ(session.id, begun.front().id);
    EXPECT_EQ(session.user_id, this->owner_);
    EXPECT_EQ(session.token_id, this->token_.id);
    EXPECT_EQ(session.ip_address, "2001:db8::1");
    EXPECT_EQ(session.user_agent, "curl/8 'quoted'");
    EXPECT_EQ(session.started_at, this->now_);
    EXPECT_EQ(session.last_activity, later);
    EXPECT_FALSE(session.ended_at.has_value());
    EXPECT_EQ(session.requests, 2U);
    EXPECT_EQ(session.bytes_in, 2U);
    EXPECT_EQ(session.bytes_out, 30U);
  }
  const Timestamp after_silence = later + kProxySessionIdle + seconds{1};
  const auto another = this->add({this->delta(40, after_silence)}, after_silence);
  EXPECT_NE(another.front().id, begun.front().id);
  EXPECT_EQ(this->latest().value().id, another.front().id);
}

TYPED_TEST(ProxySessionContract, EachClientIsASession) {
  UsageDelta without_address = this->delta(1, this->now_);
  without_address.ip_address.clear();
  UsageDelta other_program = this->delta(2, this->now_);
  other_program.user_agent.clear();
  UsageDelta unknown = this->delta(4, this->now_);
  unknown.token_id = random_uuid();
  const std::vector all{this->delta(8, this->now_), without_address, other_program, unknown};
  EXPECT_EQ(this->add(all, this->now_).size(), 3U);
  EXPECT_EQ(this->add(all, this->now_).size(), 3U);
  this->change([&](Transaction& t) { EXPECT_EQ(t.proxy_sessions().list_live({}).total, 3U); });
}

TYPED_TEST(ProxySessionContract, ListsLiveSessionsNewestFirst) {
  UsageDelta without_address = this->delta(1, this->now_ + seconds{1});
  without_address.ip_address.clear();
  const Timestamp now = this->now_ + seconds{1};
  this->add({this->delta(2, this->now_), without_address}, now);
  const auto list = [&](const domain::PageRequest& request) {
    return this->in_transaction(
        [&](Transaction& t) { return t.proxy_sessions().list_live(request); });
  };
  const auto first = list({.limit = 1, .offset = 0});
  EXPECT_EQ(first.total, 2U);
  ASSERT_EQ(first.items.size(), 1U);
  EXPECT_EQ(first.items[0].session.ip_address, "");
  EXPECT_EQ(first.items[0].username, this->user(this->owner_).username);
  const auto second = list({.limit = 1, .offset = 1});
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(second.items[0].session.bytes_out, 2U);

  EXPECT_EQ(this->end_finished(this->now_ + kProxySessionIdle + seconds{1}), 1U);
  EXPECT_EQ(list({}).total, 1U);
}

TYPED_TEST(ProxySessionContract, SessionsEndWithTheirTokenAndTakeWhatComesLate) {
  this->add({this->delta(1, this->now_)}, this->now_);
  EXPECT_EQ(this->end_finished(this->now_), 0U);
  this->change([&](Transaction& t) { t.tokens().mark_revoked(this->token_.id, this->now_); });
  EXPECT_EQ(this->end_finished(this->now_), 1U);
  EXPECT_EQ(this->end_finished(this->now_), 0U);
  EXPECT_EQ(this->latest().value().ended_at, this->now_);
  this->add({this->delta(2, this->now_ + seconds{1})}, this->now_ + seconds{1});
  EXPECT_EQ(this->latest().value().bytes_out, 3U);
  EXPECT_EQ(this->end_finished(this->now_ + seconds{1}), 1U);
  EXPECT_EQ(this->latest().value().ended_at, this->now_ + seconds{1});
}

}  // namespace
}  // namespace zenzefi::test
