#include "tests/integration/usage/usage_fixture.hpp"

#include <csignal>

#include "shared/clock.hpp"

namespace zenzefi::test {

Timestamp this_second() {
  return SystemClock{}.now();
}

void UsageWriter::write(const std::vector<UsageDelta>& deltas) {
  ++sequence_;
  deltas_ = format_usage_deltas(deltas);
  add();
}

void UsageWriter::write_again() {
  add();
}

void UsageWriter::add() const {
  const auto reply = redis_.command(
      {"XADD", std::string{kUsageStream}, "MAXLEN", "~", std::to_string(kUsageStreamLength), "*",
       std::string{kUsageWriterField}, writer_.to_string(), std::string{kUsageSequenceField},
       std::to_string(sequence_), std::string{kUsageDeltasField}, deltas_});
  ASSERT_EQ(reply.kind, RedisReply::Kind::kText) << reply.text;
}

UsageTest::UsageTest() {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  user_ = add_user(database_, domain::Money::from_cents(100'00));
  token_ = add_token(database_, user_);
}

UsageDelta UsageTest::delta(std::uint64_t bytes) const {
  UsageDelta delta;
  delta.token_id = token_.id;
  delta.user_id = user_;
  delta.ip_address = "192.0.2.7";
  delta.user_agent = "curl/8";
  delta.requests = 1;
  delta.bytes_out = bytes;
  delta.first_activity = delta.last_activity = this_second();
  return delta;
}

std::uint64_t UsageTest::bytes_counted() const {
  return std::stoull(ask(settings_, "SELECT coalesce(sum(bytes_out), 0) FROM proxy_sessions"));
}

long long UsageTest::entries() const {
  return redis_.command({"XLEN", std::string{kUsageStream}}).integer;
}

long long UsageTest::pending() const {
  const auto reply =
      redis_.command({"XPENDING", std::string{kUsageStream}, std::string{kUsageGroup}});
  return reply.elements.empty() ? -1 : reply.elements.front().integer;
}

}  // namespace zenzefi::test
