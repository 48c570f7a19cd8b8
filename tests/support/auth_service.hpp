// The built zenzefi-auth, running.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

struct AuthServiceOptions {
  // Where PostgreSQL and Redis are, and whatever else shall differ from the test's settings: cheap
  // password hashing, the demonstration's payment provider, cookies without TLS, all known keys.
  Environment settings = {};
  bool migrate = true;  // `migrate up` first
};

// Started by the constructor, answering /health when that returns. The destructor stops it and
// fails the test if it did not end well or a sanitizer reported. Not thread-safe.
class AuthService {
 public:
  explicit AuthService(AuthServiceOptions options);
  ~AuthService();
  AuthService(const AuthService&) = delete;
  AuthService& operator=(const AuthService&) = delete;

  void start();  // on the same ports
  void stop();   // SIGTERM; fails the test unless it ends with status 0
  void kill();   // SIGKILL
  void pause();
  void resume();

  // Runs another subcommand with the same settings.
  [[nodiscard]] Finished command(const std::vector<std::string>& arguments,
                                 const Environment& settings = {}) const;

  [[nodiscard]] std::uint16_t public_port() const noexcept { return public_port_; }
  [[nodiscard]] std::uint16_t internal_port() const noexcept { return internal_port_; }
  // http://127.0.0.1:PORT
  [[nodiscard]] std::string public_url() const;
  [[nodiscard]] std::string internal_url() const;

  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  [[nodiscard]] bool running() { return process_->running(); }
  [[nodiscard]] std::string log() const;

  // Every setting it runs with: a test looks for the secrets among them in logs.
  [[nodiscard]] const Environment& settings() const noexcept { return settings_; }

 private:
  void check_reports() const;

  TempDir dir_;
  std::uint16_t public_port_;
  std::uint16_t internal_port_;
  Environment settings_;
  std::optional<Process> process_;
};

}  // namespace zenzefi::test
