#include "tests/support/auth_service.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/build_paths.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/nginx_log.hpp"

namespace zenzefi::test {
namespace {

Environment test_settings(const std::filesystem::path& directory) {
  const std::string log = "log_path=" + (directory / "sanitizer").string();
  return {{"SECRET_KEY", "test-secret-key-7b1d8f0a2c3e4d5f6a7b8c9d0e1f2a3b"},
          {"TOKEN_ENCRYPTION_KEY", "dGVzdC10b2tlbi1lbmNyeXB0aW9uLWtleS0wMTIzNDU="},
          {"PAYMENT_PROVIDER", "demo"},
          {"COOKIE_SECURE", "false"},
          {"RATE_LIMIT_AUTH", "100000"},
          {"RATE_LIMIT_API", "1000000"},
          {"ARGON2_MEMORY_KIB", "64"},
          {"ARGON2_ITERATIONS", "1"},
          {"ASAN_OPTIONS", log},
          {"LSAN_OPTIONS", "print_suppressions=0:suppressions=" +
                               (source_root() / "tests/support/lsan.supp").string()},
          {"UBSAN_OPTIONS", "print_stacktrace=1:" + log},
          {"TSAN_OPTIONS", "second_deadlock_stack=1:" + log}};
}

}  // namespace

AuthService::AuthService(AuthServiceOptions options)
    : dir_{"auth"},
      public_port_{free_port()},
      internal_port_{free_port()},
      settings_{std::move(options.settings)} {
  settings_.merge(test_settings(dir_.path()));
  settings_["AUTH_PUBLIC_PORT"] = std::to_string(public_port_);
  settings_["AUTH_INTERNAL_PORT"] = std::to_string(internal_port_);
  if (options.migrate) {
    const auto [status, output] = command({"migrate", "up"});
    if (status != 0) {
      throw std::runtime_error("zenzefi-auth migrate up: " + output);
    }
  }
  start();
}

AuthService::~AuthService() {
  try {
    if (process_ && process_->running()) {
      process_->signal(SIGCONT);
      stop();
    }
    check_reports();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "while zenzefi-auth was stopped: " << error.what();
  }
}

void AuthService::start() {
  process_.emplace(ProcessOptions{.argv = {auth_service_executable(), "serve"},
                                  .environment = settings_,
                                  .working_directory = dir_.path(),
                                  .output = dir_ / "log"});
  HttpClient client;
  await(
      "zenzefi-auth to be healthy (" + (dir_ / "log").string() + ")",
      [&] {
        if (!process_->running()) {
          throw std::runtime_error("zenzefi-auth ended: " + log());
        }
        try {
          return client.get(public_url() + "/health").status == 200;
        } catch (const HttpFailure&) {
          return false;
        }
      },
      std::chrono::seconds{30});
}

void AuthService::stop() {
  const int status = process_->stop(SIGTERM, std::chrono::seconds{30});
  EXPECT_EQ(status, 0) << "zenzefi-auth ended badly: " << log();
}

void AuthService::kill() {
  process_->stop(SIGKILL);
}

void AuthService::pause() {
  process_->signal(SIGSTOP);
}

void AuthService::resume() {
  process_->signal(SIGCONT);
}

Finished AuthService::command(const std::vector<std::string>& arguments,
                              const Environment& settings) const {
  ProcessOptions options{.argv = {auth_service_executable()},
                         .environment = settings,
                         .working_directory = dir_.path()};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.environment.insert(settings_.begin(), settings_.end());
  return run(std::move(options), std::chrono::seconds{30});
}

std::string AuthService::public_url() const {
  return "http://127.0.0.1:" + std::to_string(public_port_);
}

std::string AuthService::internal_url() const {
  return "http://127.0.0.1:" + std::to_string(internal_port_);
}

std::string AuthService::log() const {
  return read_file(dir_ / "log");
}

void AuthService::check_reports() const {
  for (const std::string& report : reports(dir_.path(), "sanitizer")) {
    ADD_FAILURE() << "zenzefi-auth under a sanitizer: " << report;
  }
}

}  // namespace zenzefi::test
