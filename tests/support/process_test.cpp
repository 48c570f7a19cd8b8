#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/support/concurrently.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

using namespace std::chrono_literals;

TEST(Process, OutputAndStatusOfACommand) {
  const auto [status, output] = run(
      {.argv = {"sh", "-c", "echo $GREETING >&2; exit 3"}, .environment = {{"GREETING", "hello"}}});
  EXPECT_EQ(status, 3);
  EXPECT_EQ(output, "hello\n");
}

TEST(Process, EndsByASignalAsAShellShowsIt) {
  Process process{{.argv = {"sleep", "100"}}};
  EXPECT_TRUE(process.running());
  EXPECT_EQ(process.stop(SIGTERM), 128 + SIGTERM);
  EXPECT_FALSE(process.running());
}

TEST(Process, OneThatIgnoresTheSignalIsKilledAndReported) {
  const TempDir dir;
  Process process{{.argv = {"sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"},
                   .output = dir / "output"}};
  await("the trap", [&] { return read_file(dir / "output") == "ready\n"; });
  EXPECT_THROW(process.stop(SIGTERM, 50ms), TimedOut);
  EXPECT_FALSE(process.running());
}

TEST(Process, ChildrenAreListed) {
  Process process{{.argv = {"sh", "-c", "sleep 100; :"}}};
  await("the grandchild", [&] { return children_of(process.pid()).size() == 1; });
  const pid_t grandchild = children_of(process.pid()).front();
  await("its exec", [&] { return command_line(grandchild) == "sleep 100"; });
  EXPECT_TRUE(is_alive(grandchild));
  ::kill(grandchild, SIGKILL);
  await("its end", [&] { return !is_alive(grandchild); });
}

TEST(Await, SaysWhatWasMissed) {
  try {
    await(
        "the moon", [] { return false; }, 5ms);
    FAIL() << "no exception";
  } catch (const TimedOut& error) {
    EXPECT_STREQ(error.what(), "waited 5 ms in vain for the moon");
  }
}

TEST(FreePort, IsNeverGivenTwice) {
  const auto ports = concurrently(32, [](std::size_t) { return free_port(); });
  EXPECT_EQ(std::set<std::uint16_t>(ports.begin(), ports.end()).size(), ports.size());
}

TEST(Concurrently, RethrowsAndKeepsTheOrder) {
  const auto squares = concurrently(8, [](std::size_t i) { return i * i; });
  for (std::size_t i = 0; i < squares.size(); ++i) {
    EXPECT_EQ(squares[i], i * i);
  }
  EXPECT_THROW(concurrently(2,
                            [](std::size_t i) {
                              if (i == 1) {
                                throw TimedOut("late");
                              }
                              return i;
                            }),
               TimedOut);
}

}  // namespace
}  // namespace zenzefi::test
