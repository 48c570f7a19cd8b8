#include "tests/support/nginx_server.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/support/build_paths.hpp"
#include "tests/support/pattern.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

constexpr char kNginx[] = "/usr/sbin/nginx";

std::string render(const NginxOptions& options) {
  std::ostringstream text;
  text << "daemon " << (options.daemon ? "on" : "off") << ";\n"
       << "pid nginx.pid;\n"
       << "error_log error.log " << options.log_level << ";\n"
       << "worker_processes " << options.workers << ";\n"
       << "worker_shutdown_timeout 20s;\n";
  if (::geteuid() == 0) {
    text << "user root;\n";
  }
  if (options.load_module) {
    text << "load_module " << nginx_module().string() << ";\n";
  }
  if (options.daemon) {
    // For a new binary, which gets nothing else of its environment.
    text << "env LD_PRELOAD; env ASAN_OPTIONS; env UBSAN_OPTIONS; env TSAN_OPTIONS;\n";
  }
  text << options.main << "\nevents { worker_connections " << options.worker_connections
       << "; }\nhttp {\n"
       << "access_log access.log;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text << kind << "_temp_path " << kind << "_temp;\n";
  }
  text << options.http << "\n}\n";
  return std::move(text).str();
}

// `{dir}` in an argument becomes the directory.
std::vector<std::string> wrapper(const std::filesystem::path& directory) {
  std::vector<std::string> words;
  const char* setting = std::getenv("ZENZEFI_NGINX_WRAPPER");
  std::istringstream text{setting == nullptr ? "" : setting};
  for (std::string word; text >> word;) {
    constexpr std::string_view kPlaceholder = "{dir}";
    if (const auto at = word.find(kPlaceholder); at != std::string::npos) {
      word.replace(at, kPlaceholder.size(), directory.string());
    }
    words.push_back(std::move(word));
  }
  return words;
}

Environment sanitizer_environment(const std::filesystem::path& directory) {
  if (sanitizer_runtime().empty()) {
    return {};
  }
  const std::string log = "log_path=" + (directory / "sanitizer").string();
  // nginx itself leaves its memory to exit(), so there leaks mean nothing.
  return {{"LD_PRELOAD", sanitizer_runtime()},
          {"ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1:" + log},
          {"UBSAN_OPTIONS", "print_stacktrace=1:abort_on_error=1:" + log},
          {"TSAN_OPTIONS", log}};
}

ProcessOptions command(const NginxOptions& options, const std::filesystem::path& directory,
                       const std::vector<std::string>& arguments) {
  const bool whole = !options.configuration.empty();
  if (!whole) {
    write_file(directory / "nginx.conf", render(options));
  }
  const auto prefix = whole ? options.prefix : directory;
  std::vector<std::string> argv = wrapper(directory);
  argv.insert(argv.end(), {kNginx, "-p", prefix.string() + "/", "-c",
                           (whole ? options.configuration : directory / "nginx.conf").string(),
                           "-e", (whole ? options.error_log : directory / "error.log").string()});
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return {.argv = std::move(argv),
          .environment = sanitizer_environment(directory),
          .working_directory = prefix,
          .output = directory / "output",
          .death_signal = SIGTERM};
}

bool is_retiring(pid_t worker) {
  return command_line(worker).find("is shutting down") != std::string::npos;
}

// A cache's helper is none, nor is a new binary.
bool is_worker(pid_t child) {
  const std::string title = command_line(child);
  return title.find("cache ") == std::string::npos &&
         title.find("nginx: master process") == std::string::npos;
}

}  // namespace

Finished check_config(const NginxOptions& options) {
  const TempDir dir{"nginx-check"};
  return run(command(options, dir.path(), {"-t"}), std::chrono::seconds{30});
}

NginxServer::NginxServer(NginxOptions options) : dir_{"nginx"}, options_{std::move(options)} {
  const bool whole = !options_.configuration.empty();
  prefix_ = whole ? options_.prefix : dir_.path();
  error_log_ = whole ? options_.error_log : dir_ / "error.log";
  if (!wrapper(dir_.path()).empty()) {
    expect_error("timed out while connecting to Redis");  // such a tool makes nginx slow
  }
  start();
}

NginxServer::~NginxServer() {
  try {
    end();
    check_log();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "while nginx was stopped: " << error.what();
  }
}

void NginxServer::start() {
  if (!options_.daemon) {
    process_.emplace(command(options_, dir_.path(), {}));
  } else if (const Finished begun = run(command(options_, dir_.path(), {}), kPatience * 3);
             begun.status != 0) {
    throw std::runtime_error("nginx did not start: " + begun.output);
  }
  await_ports();
}

void NginxServer::end() {
  if (process_ && process_->running()) {
    const int status = process_->stop(SIGTERM, std::chrono::seconds{30});
    if (status != 0) {
      ADD_FAILURE() << "nginx ended with status " << status;
    }
  }
  for (const char* file : {"nginx.pid.oldbin", "nginx.pid"}) {
    if (const pid_t master = options_.daemon ? pid_in(file) : 0; master != 0) {
      ::kill(master, SIGTERM);
      await(
          "nginx to end", [master] { return !is_alive(master); }, std::chrono::seconds{30});
    }
  }
}

void NginxServer::check_running() {
  if (!options_.daemon && !process_->running()) {
    throw std::runtime_error("nginx ended: " + read_file(dir_ / "output") + error_log());
  }
}

void NginxServer::await_ports() {
  await(
      "nginx to start its workers",
      [&] {
        check_running();
        return !workers().empty();
      },
      std::chrono::seconds{30});
  for (const std::uint16_t port : options_.ports) {
    await("nginx on port " + std::to_string(port), [&] {
      check_running();
      return RawSocket::accepts(port);
    });
  }
}

void NginxServer::replace_http(std::string http) {
  options_.http = std::move(http);
}

void NginxServer::reload() {
  if (options_.configuration.empty()) {
    write_file(dir_ / "nginx.conf", render(options_));
  }
  const std::vector<pid_t> before = workers();
  signal_master(SIGHUP);
  await(
      "nginx to replace its workers",
      [&] {
        const std::vector<pid_t> now = workers();
        return !now.empty() && std::none_of(now.begin(), now.end(), [&](pid_t worker) {
          return std::find(before.begin(), before.end(), worker) != before.end();
        });
      },
      std::chrono::seconds{30});
}

void NginxServer::quit(std::chrono::milliseconds deadline) {
  EXPECT_EQ(process_->stop(SIGQUIT, deadline), 0);
}

void NginxServer::stop() {
  EXPECT_EQ(process_->stop(SIGTERM), 0);
}

void NginxServer::kill_master() {
  const std::vector<pid_t> orphans = children_of(process_->pid());
  process_->stop(SIGKILL);
  for (const pid_t orphan : orphans) {
    ::kill(orphan, SIGKILL);
    await("a worker to end", [orphan] { return !is_alive(orphan); });
  }
}

void NginxServer::kill_worker(pid_t worker) {
  expect_error("worker process " + std::to_string(worker) + " exited on signal 9");
  const std::size_t count = workers().size();
  ::kill(worker, SIGKILL);
  await("nginx to start another worker", [&] {
    const std::vector<pid_t> now = workers();
    return now.size() == count && std::find(now.begin(), now.end(), worker) == now.end();
  });
}

pid_t NginxServer::upgrade() {
  write_file(dir_ / "nginx.conf", render(options_));
  const pid_t old = master_pid();
  signal_master(SIGUSR2);
  await(
      "the new binary to start its workers",
      [&] { return pid_in("nginx.pid") != old && !workers().empty(); }, std::chrono::seconds{30});
  return old;
}

void NginxServer::signal_master(int number) const {
  const pid_t master = master_pid();
  if (master <= 0 || ::kill(master, number) != 0) {
    throw std::runtime_error("nginx does not run: " + error_log());
  }
}

pid_t NginxServer::pid_in(std::string_view file) const {
  const std::string text = read_file(prefix_ / file);
  return text.empty() ? 0 : std::stoi(text);
}

pid_t NginxServer::master_pid() const {
  return options_.daemon ? pid_in("nginx.pid") : process_->pid();
}

std::vector<pid_t> NginxServer::workers() const {
  return workers_of(master_pid());
}

std::vector<pid_t> NginxServer::workers_of(pid_t master) {
  std::vector<pid_t> found = master > 0 ? children_of(master) : std::vector<pid_t>{};
  std::erase_if(found, [](pid_t child) { return !is_worker(child) || is_retiring(child); });
  return found;
}

std::vector<pid_t> NginxServer::retiring_workers() const {
  std::vector<pid_t> found = children_of(master_pid());
  std::erase_if(found, [](pid_t child) { return !is_retiring(child); });
  return found;
}

std::string NginxServer::error_log() const {
  return read_file(error_log_);
}

std::string NginxServer::access_log() const {
  return read_file(prefix_ / "access.log");
}

bool NginxServer::logged(std::string_view regex) const {
  return matches(error_log(), std::string{regex});
}

void NginxServer::expect_error(std::string_view regex) {
  log_check_.expect(regex);
}

void NginxServer::check_log() {
  for (const std::string& line : log_check_.unexpected(error_log_, log_checked_)) {
    ADD_FAILURE() << "nginx logged: " << line;
  }
  for (const std::string_view tool : {"sanitizer", "wrapper"}) {
    for (const std::string& report : reports(dir_.path(), tool)) {
      ADD_FAILURE() << "nginx under the " << tool << ": " << report;
    }
  }
}

}  // namespace zenzefi::test
