// The distribution's nginx with the built module, on a configuration of the test's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/nginx_log.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

struct NginxOptions {
  std::string http = {};  // what stands in http { }: at least one server
  std::string main = {};  // what stands before events { }
  int workers = 1;
  int worker_connections = 2048;
  bool load_module = true;
  // Detached from this process, which upgrade() needs: nginx does not upgrade the child of whoever
  // started it.
  bool daemon = false;
  std::string log_level = "info";
  std::vector<std::uint16_t> ports = {};  // start() waits until each accepts connections

  // A whole configuration file instead of the three above, run with its own prefix. It must say
  // `daemon off` or leave it away, and log errors to `error_log`.
  std::filesystem::path configuration = {};
  std::filesystem::path prefix = {};
  std::filesystem::path error_log = {};
};

// The result of `nginx -t`: status 0 when the configuration is good, and what nginx said.
[[nodiscard]] Finished check_config(const NginxOptions& options);

// Runs in the foreground as a child, unless it is a daemon; its workers run as the same user. Not
// thread-safe.
//
// Built with a sanitizer, the module needs its runtime in nginx: that is preloaded. A program named
// by ZENZEFI_NGINX_WRAPPER (arguments after spaces, `{dir}` is the directory for its reports: name
// them `wrapper.*`) runs nginx instead, such as
//   valgrind -q --trace-children=yes --log-file={dir}/wrapper.%p
//
// The destructor stops nginx and fails the test for every [emerg], [alert], [crit] and [error] that
// was not expected, for a report of a sanitizer or the wrapper, and for a bad exit status.
class NginxServer {
 public:
  explicit NginxServer(NginxOptions options);
  ~NginxServer();
  NginxServer(const NginxServer&) = delete;
  NginxServer& operator=(const NginxServer&) = delete;

  void start();

  // Another http { } for the next reload() or start().
  void replace_http(std::string http);
  // SIGHUP; waits until new workers run and the old ones are gone or shutting down.
  void reload();
  void quit(std::chrono::milliseconds deadline = kPatience);  // graceful: SIGQUIT
  void stop();                                                // fast: SIGTERM
  void kill_master();  // SIGKILL, workers included, which nginx would leave running
  // SIGKILL, and waits for its successor; nginx logs an [alert], which is then expected.
  void kill_worker(pid_t worker);

  // SIGUSR2; waits until the new binary's workers run beside the old one's. master_pid() is the
  // new one's from then on. Returns the old one's, which goes on until it is told otherwise.
  pid_t upgrade();

  [[nodiscard]] pid_t master_pid() const;
  // Those that take new connections.
  [[nodiscard]] std::vector<pid_t> workers() const;
  [[nodiscard]] std::vector<pid_t> retiring_workers() const;

  [[nodiscard]] const std::filesystem::path& prefix() const noexcept { return prefix_; }
  [[nodiscard]] std::string error_log() const;
  [[nodiscard]] std::string access_log() const;
  [[nodiscard]] bool logged(std::string_view regex) const;

  // From now on, and for lines not yet checked, matching lines are fine.
  void expect_error(std::string_view regex);
  // Fails the test for what was logged since the last check.
  void check_log();

  [[nodiscard]] static std::vector<pid_t> workers_of(pid_t master);

 private:
  void await_ports();
  void check_running();
  void end();
  void signal_master(int number) const;
  // 0 when it is not there.
  [[nodiscard]] pid_t pid_in(std::string_view file) const;

  TempDir dir_;
  NginxOptions options_;
  std::filesystem::path prefix_;
  std::filesystem::path configuration_;
  std::filesystem::path error_log_;
  std::optional<Process> process_;
  NginxLogCheck log_check_;
  std::size_t log_checked_ = 0;
};

}  // namespace zenzefi::test
