// `make run` as people meet it.
#include <gtest/gtest.h>

#include "tests/e2e/quickstart/readme.hpp"
#include "tests/e2e/quickstart/running_gateway.hpp"
#include "tests/support/build_paths.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/pattern.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

// Each pattern must be found behind the one before.
void expect_in_order(const std::string& text, const std::vector<std::string>& patterns) {
  std::size_t from = 0;
  for (const std::string& pattern : patterns) {
    const auto match = first_match(text, pattern, from);
    ASSERT_TRUE(match) << pattern << " is not where it should be in:\n" << text;
    from = match->end;
  }
}

void expect_no_secret_is_readable_by_others(const std::filesystem::path& state) {
  for (const auto& entry : std::filesystem::directory_iterator{state / "secrets"}) {
    EXPECT_EQ(entry.status().permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << entry.path();
  }
}

class QuickStart : public testing::Test {
 protected:
  void expect_suggestion_works(const RunningGateway& gateway) {
    const auto [status, output] = gateway.shell(gateway.suggestion());
    EXPECT_EQ(status, 0) << output;
    EXPECT_NE(output.find("X-User-Id"), std::string::npos) << output;
  }

  TempDir dir_{"quickstart"};
  std::filesystem::path state_ = dir_ / "state";
  std::uint16_t port_ = free_port();
};

TEST_F(QuickStart, RunsAsReadmeSays) {
  const RunningGateway gateway{state_, port_};
  expect_no_secret_is_readable_by_others(state_);
  expect_suggestion_works(gateway);

  const auto [status, output] = gateway.shell(quickstart_block("client"));
  EXPECT_EQ(status, 0) << output;
  expect_in_order(output, {R"("username":\s*"ada")", R"("new_balance":\s*10\.00)", "X-Token-Id",
                           "hello through the gateway", R"("revoked":\s*true)", R"(HTTP/1\.1 401 )",
                           R"("detail":\s*"Invalid or expired access token")"});
}

TEST_F(QuickStart, EveryExampleOfTheApiWorks) {
  const RunningGateway gateway{state_,
                               port_,
                               {{"SUPERUSER_EMAIL", "root@example.com"},
                                {"SUPERUSER_USERNAME", "root"},
                                {"SUPERUSER_PASSWORD", "a password for root"}}};
  const auto [status, output] = gateway.shell(api_examples());
  EXPECT_EQ(status, 0) << output;
  expect_in_order(output, {R"("full_name":\s*"Grace Hopper")", R"("new_balance":\s*50\.00)",
                           R"("valid":\s*true)", "X-Token-Id", R"("action":\s*"token\.extended")",
                           R"("revoked":\s*true)", R"("is_active":\s*false)", "Zenzefi Gateway"});
}

TEST_F(QuickStart, StopsWhatItStartedAndKeepsTheData) {
  std::map<std::string, pid_t> programs;
  {
    RunningGateway gateway{state_, port_};
    programs = gateway.programs();
    EXPECT_EQ(programs.size(), 5U) << gateway.output();
    EXPECT_EQ(gateway.shell(quickstart_block("client")).status, 0);
    gateway.stop();
  }
  for (const auto& [name, pid] : programs) {
    EXPECT_FALSE(is_alive(pid)) << name;
  }
  EXPECT_FALSE(RawSocket::accepts(port_));

  const RunningGateway again{state_, port_};
  EXPECT_LT(again.start_time(), std::chrono::seconds{30});
  expect_suggestion_works(again);
  EXPECT_NE(again.shell(quickstart_block("client")).output.find("already"), std::string::npos);
}

TEST_F(QuickStart, StopsWhatAKilledRunLeftBehind) {
  RunningGateway killed{state_, port_};
  const std::map<std::string, pid_t> left = killed.programs();
  killed.kill();
  EXPECT_TRUE(is_alive(left.at("postgres")));
  EXPECT_THROW(RunningGateway(state_, port_), std::runtime_error);  // nginx holds the port

  const RunningGateway again{state_, free_port()};
  for (const auto& [name, pid] : left) {
    EXPECT_FALSE(is_alive(pid)) << name;
  }
  expect_suggestion_works(again);
}

TEST_F(QuickStart, AMistakeIsSaidInOneLine) {
  const auto run_with = [this](const Environment& environment) {
    Environment all = environment;
    all.insert({{"STATE_DIR", state_.string()}, {"GATEWAY_PORT", std::to_string(port_)}});
    return run({.argv = {(source_root() / "scripts/run").string()}, .environment = all});
  };
  const RunningGateway gateway{state_, port_};
  EXPECT_EQ(run_with({}).output, "run: port " + std::to_string(port_) +
                                     " is taken; try GATEWAY_PORT=" + std::to_string(port_ + 1) +
                                     " make run\n");
  const std::string other = std::to_string(free_port());
  EXPECT_EQ(run_with({{"GATEWAY_PORT", other}}).output,
            "run: another run uses " + state_.string() + "; set STATE_DIR to another directory\n");
  EXPECT_EQ(run_with({{"GATEWAY_PORT", "http"}}).output,
            "run: GATEWAY_PORT is 'http', which is no port\n");
}

}  // namespace
}  // namespace zenzefi::test
