// `make run`, as README.md says it, in a state directory of the test's.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "tests/support/process.hpp"

namespace zenzefi::test {

// Not thread-safe.
class RunningGateway {
 public:
  // Waits until it is up; throws std::runtime_error with what it said when it ends before that.
  RunningGateway(const std::filesystem::path& state, std::uint16_t port,
                 const Environment& settings = {});
  ~RunningGateway();
  RunningGateway(const RunningGateway&) = delete;
  RunningGateway& operator=(const RunningGateway&) = delete;

  // What it has printed.
  [[nodiscard]] std::string output() const;
  // The command it suggests.
  [[nodiscard]] std::string suggestion() const;
  [[nodiscard]] std::chrono::milliseconds start_time() const noexcept { return start_time_; }

  // Pids of PostgreSQL, Redis, the service, the target and nginx, by name.
  [[nodiscard]] std::map<std::string, pid_t> programs() const;

  void stop();  // as Ctrl-C does
  void kill();  // SIGKILL, for what the others have as their parent

  // A script in bash, with the settings that the gateway runs with.
  [[nodiscard]] Finished shell(const std::string& script) const;

 private:
  std::filesystem::path state_;
  std::filesystem::path output_;
  Environment environment_;
  std::optional<Process> process_;
  std::chrono::milliseconds start_time_{};
};

}  // namespace zenzefi::test
