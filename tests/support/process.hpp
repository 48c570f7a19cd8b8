// Child processes, stopped by pid and never outliving the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/await.hpp"

namespace zenzefi::test {

using Environment = std::map<std::string, std::string>;

struct ProcessOptions {
  std::vector<std::string> argv = {};            // argv[0]: a path, or found in PATH
  Environment environment = {};                  // on top of this process's own
  std::filesystem::path working_directory = {};  // empty: this process's
  std::filesystem::path output = {};             // stdout and stderr are appended; empty: /dev/null
  std::string user = {};                         // when this process is root, run as this user
  int death_signal = SIGKILL;                    // what the child gets when the test dies
};

// Not thread-safe. Start it from a thread that outlives it (the kernel sends death_signal when the
// starting thread ends): in a test, that is the test's own.
class Process {
 public:
  explicit Process(const ProcessOptions& options);
  ~Process();  // kills what still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool running();
  void signal(int number) const;

  // The exit status, as a shell shows it (128 + n for signal n); empty when `deadline` passes.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds deadline = kPatience);

  // Sends `number` and waits; kills, and throws TimedOut, when the process is still there after
  // `deadline`. Does nothing to one that has ended.
  int stop(int number = SIGTERM, std::chrono::milliseconds deadline = kPatience);

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

struct Finished {
  int status = 0;
  std::string output;
};

// Runs a command to its end. `options.output` is not used.
[[nodiscard]] Finished run(ProcessOptions options, std::chrono::milliseconds deadline = kPatience);

// Pids of the living children of any process.
[[nodiscard]] std::vector<pid_t> children_of(pid_t parent);

// Arguments separated by spaces, or the title a process has given itself; empty for none.
[[nodiscard]] std::string command_line(pid_t pid);

// False for a zombie, too.
[[nodiscard]] bool is_alive(pid_t pid);

}  // namespace zenzefi::test
