#include "infra/redis/connection_pool.hpp"

#include <algorithm>

#include "redis_fixture.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/free_port.hpp"

namespace zenzefi::infra {
namespace {

using std::chrono::milliseconds;
using test::await;
using test::RedisServer;

bool answers(RedisPool& pool) {
  try {
    pool.command({"PING"});
    return true;
  } catch (const RedisConnectionLost&) {
    return false;
  }
}

class RedisPoolTest : public RedisTest {
 protected:
  static RedisPoolOptions one_connection_to(const RedisServer& redis) {
    RedisPoolOptions options = options_for(redis);
    options.connections = 1;
    return options;
  }
};

TEST_F(RedisPoolTest, TheFirstCommandWaitsForTheFirstConnection) {
  const RedisServer redis;
  RedisPool pool{options_for(redis)};
  EXPECT_EQ(pool.command({"PING"}).text, "PONG");
  EXPECT_EQ(pool.command({"INCR", "n"}).text, "1");
  EXPECT_TRUE(pool.command({"GET", "nothing"}).nil);
  EXPECT_EQ(pool.command({"MGET", "n", "nothing"}).elements.at(0).text, "1");
}

TEST_F(RedisPoolTest, BinaryValuesArriveWhole) {
  using namespace std::string_view_literals;
  const RedisServer redis;
  RedisPool pool{options_for(redis)};
  pool.command({"SET", "a\0b"sv, "x\r\n\0y"sv});
  EXPECT_EQ(pool.command({"GET", "a\0b"sv}).text, "x\r\n\0y"sv);
}

TEST_F(RedisPoolTest, ManyThreadsShareFewConnections) {
  const RedisServer redis;
  RedisPoolOptions options = options_for(redis);
  options.connections = 2;
  options.command_timeout = milliseconds{5000};
  RedisPool pool{options};
  test::concurrently(32, [&](std::size_t) {
    for (int i = 0; i < 50; ++i) {
      pool.command({"INCR", "n"});
    }
    return 0;
  });
  EXPECT_EQ(redis.get("n"), "1600");
  const std::string clients = redis.command({"INFO", "stats"}).text;
  // Two of the pool's, and the test's own.
  EXPECT_NE(clients.find("total_connections_received:"), std::string::npos);
  EXPECT_LT(std::stoi(clients.substr(clients.find("received:") + 9)), 20);
}

TEST_F(RedisPoolTest, WhoWaitsGetsTheConnectionThatIsGivenBack) {
  const RedisServer redis;
  RedisPoolOptions options = one_connection_to(redis);
  options.command_timeout = std::chrono::seconds{60};
  RedisPool pool{options};
  EXPECT_LT(time_of([&] {
              test::concurrently(4, [&](std::size_t) {
                return pool.command({"BLPOP", "nothing", "0.05"}).nil;
              });
            }),
            std::chrono::seconds{30});
}

TEST_F(RedisPoolTest, ARefusalInAPipelineLeavesTheConnectionInStep) {
  const RedisServer redis;
  RedisPool pool{one_connection_to(redis)};
  const std::string id = pool.command({"CLIENT", "ID"}).text;
  const std::vector<std::vector<std::string_view>> commands{
      {"SET", "a", "1"}, {"NONSENSE"}, {"SET", "b", "2"}};
  EXPECT_THROW(pool.pipeline(commands), RedisRefused);
  EXPECT_EQ(pool.command({"GET", "b"}).text, "2");
  EXPECT_EQ(pool.command({"CLIENT", "ID"}).text, id);
}

TEST_F(RedisPoolTest, AnErrorOfRedisLeavesTheConnectionAlive) {
  const RedisServer redis;
  RedisPool pool{one_connection_to(redis)};
  const std::string id = pool.command({"CLIENT", "ID"}).text;
  EXPECT_THROW(pool.command({"NONSENSE"}), RedisRefused);
  EXPECT_EQ(pool.command({"CLIENT", "ID"}).text, id);
}

TEST_F(RedisPoolTest, ARestartedRedisCostsNoCommand) {
  RedisServer redis;
  const RedisPoolOptions options = options_for(redis);
  RedisPool pool{options};
  await("the pool to be full", [&] {
    const std::string clients = redis.command({"CLIENT", "LIST", "TYPE", "NORMAL"}).text;
    const auto lines = std::count(clients.begin(), clients.end(), '\n');
    return static_cast<std::size_t>(lines) == options.connections + 1;  // and the one that asks
  });
  redis.kill();
  redis.start();
  // Every idle connection is dead, and not one command may be lost to that.
  EXPECT_TRUE(answers(pool));
  EXPECT_TRUE(answers(pool));
}

TEST_F(RedisPoolTest, ADeadRedisCostsNothingAndItsReturnIsNoticed) {
  RedisServer redis;
  RedisPool pool{options_for(redis)};
  ASSERT_TRUE(answers(pool));
  redis.kill();
  EXPECT_FALSE(answers(pool));
  const auto hundred = time_of([&] {
    for (int i = 0; i < 100; ++i) {
      EXPECT_FALSE(answers(pool));
    }
  });
  EXPECT_LT(hundred, milliseconds{100});
  redis.start();
  await(
      "the pool to be back", [&] { return answers(pool); }, milliseconds{1500});
}

TEST_F(RedisPoolTest, AHangingRedisCostsOneTimeOut) {
  RedisServer redis;
  RedisPoolOptions options = options_for(redis);
  options.connect_timeout = milliseconds{300};
  RedisPool pool{options};
  ASSERT_TRUE(answers(pool));
  redis.pause();
  const auto first = time_of([&] { EXPECT_FALSE(answers(pool)); });
  EXPECT_GE(first, milliseconds{200});
  EXPECT_LT(first, milliseconds{400});
  // Until the attempt to connect has timed out, too, a command may wait for it; then none does.
  await("the pool to give up",
        [&] { return time_of([&] { EXPECT_FALSE(answers(pool)); }) < milliseconds{50}; });
  const auto hundred = time_of([&] {
    for (int i = 0; i < 100; ++i) {
      EXPECT_FALSE(answers(pool));
    }
  });
  EXPECT_LT(hundred, milliseconds{100});
  redis.resume();
  await(
      "the pool to be back", [&] { return answers(pool); }, milliseconds{1500});
}

TEST_F(RedisPoolTest, NoCommandEverOutlastsItsTimeOut) {
  RedisServer redis;
  RedisPoolOptions options = options_for(redis);
  options.connections = 2;
  RedisPool pool{options};
  ASSERT_TRUE(answers(pool));
  redis.pause();
  const auto times = test::concurrently(
      16, [&](std::size_t) { return time_of([&] { EXPECT_FALSE(answers(pool)); }); });
  for (const auto& time : times) {
    EXPECT_LT(time, milliseconds{400});
  }
  redis.resume();
}

TEST_F(RedisPoolTest, ThePartsOfAPipelineShareOneTimeOut) {
  const RedisServer redis;
  RedisPoolOptions options = options_for(redis);
  options.command_timeout = milliseconds{500};
  RedisPool pool{options};
  const std::vector<std::vector<std::string_view>> slow(10, {"BLPOP", "nothing", "0.2"});
  EXPECT_THROW(pool.pipeline(slow), RedisConnectionLost);
}

TEST_F(RedisPoolTest, NobodyListeningIsKnownAtOnce) {
  RedisPool pool{{.address = {.port = test::free_port()}}};
  EXPECT_LT(time_of([&] { EXPECT_FALSE(answers(pool)); }), milliseconds{200});
}

TEST_F(RedisPoolTest, ANameThatDoesNotResolveCostsNoWorkerMoreThanItsTimeOut) {
  RedisPool pool{{.address = {.host = "no-such-host.invalid"}}};
  EXPECT_LT(time_of([&] { EXPECT_FALSE(answers(pool)); }), milliseconds{400});
}

TEST_F(RedisPoolTest, AuthenticatesAndSelectsItsDatabase) {
  const RedisServer redis{{.password = "the password of this test"}};
  RedisPoolOptions options = options_for(redis);
  options.address.password = "the password of this test";
  options.address.database = 3;
  RedisPool pool{options};
  pool.command({"SET", "here", "3"});
  EXPECT_FALSE(redis.get("here").has_value());
  EXPECT_EQ(redis.command({"INFO", "keyspace"}).text.find("db0"), std::string::npos);
}

TEST_F(RedisPoolTest, AWrongPasswordIsReportedOnceAndNeverShown) {
  RedisServer redis{{.password = "the password of this test"}};
  Reports reports;
  RedisPoolOptions options = options_for(redis);
  options.address.password = "a wrong one";
  options.on_change = [&](bool up, const std::string& reason) { reports.add(up, reason); };
  {
    RedisPool pool{options};
    for (int i = 0; i < 10; ++i) {
      EXPECT_FALSE(answers(pool));
    }
  }
  ASSERT_EQ(reports.all().size(), 1U);
  EXPECT_NE(reports.all().front().find("WRONGPASS"), std::string::npos) << reports.all().front();
  EXPECT_EQ(reports.all().front().find("a wrong one"), std::string::npos);
}

TEST_F(RedisPoolTest, ChangesAreReportedOnceEach) {
  RedisServer redis;
  Reports reports;
  RedisPoolOptions options = options_for(redis);
  options.on_change = [&](bool up, const std::string& reason) { reports.add(up, reason); };
  RedisPool pool{options};
  ASSERT_TRUE(answers(pool));
  EXPECT_TRUE(reports.all().empty());
  redis.kill();
  EXPECT_FALSE(answers(pool));
  await("the outage to be reported", [&] { return reports.all().size() == 1; });
  redis.start();
  await("the return to be reported", [&] { return reports.all().size() == 2; });
  EXPECT_TRUE(reports.all()[0].starts_with("down: ")) << reports.all()[0];
  EXPECT_EQ(reports.all()[1], "up");
}

TEST_F(RedisPoolTest, EndsAtOnceWhileRedisHangs) {
  RedisServer redis;
  redis.pause();
  RedisPoolOptions options = options_for(redis);
  options.connect_timeout = milliseconds{200};
  EXPECT_LT(time_of([&] {
              RedisPool pool{options};
              EXPECT_FALSE(answers(pool));
            }),
            milliseconds{800});
  redis.resume();
}

}  // namespace
}  // namespace zenzefi::infra
