#include "tests/support/nginx_server.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/support/build_paths.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

constexpr char kNginx[] = "/usr/sbin/nginx";

std::string render(const NginxOptions& options) {
  std::ostringstream text;
  text << "daemon off;\n"
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
  text << options.main << "\nevents { worker_connections 2048; }\nhttp {\n"
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

bool is_worker(pid_t child) {
  return command_line(child).find("cache ") == std::string::npos;
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
  start();
}

NginxServer::~NginxServer() {
  try {
    if (process_ && process_->running()) {
      const int status = process_->stop(SIGTERM, std::chrono::seconds{30});
      if (status != 0) {
        ADD_FAILURE() << "nginx ended with status " << status;
      }
    }
    check_log();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "while nginx was stopped: " << error.what();
  }
}

void NginxServer::start() {
  process_.emplace(command(options_, dir_.path(), {}));
  await_ports();
}

void NginxServer::await_ports() {
  const auto check_running = [this] {
    if (!process_->running()) {
      throw std::runtime_error("nginx ended: " + read_file(dir_ / "output") + error_log());
    }
  };
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
  process_->signal(SIGHUP);
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

std::vector<pid_t> NginxServer::workers() const {
  std::vector<pid_t> found = children_of(process_->pid());
  std::erase_if(found, [](pid_t child) { return !is_worker(child) || is_retiring(child); });
  return found;
}

std::vector<pid_t> NginxServer::retiring_workers() const {
  std::vector<pid_t> found = children_of(process_->pid());
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
  return std::regex_search(error_log(), std::regex{std::string{regex}});
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
