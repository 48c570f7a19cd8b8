// nginx with the shipped set-ups, in front of the demonstration target or of one the test looks
// into.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/http_client.hpp"
#include "tests/support/nginx_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/recording_target.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

// The demonstration target, running. Not thread-safe.
class DemoTarget {
 public:
  DemoTarget();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string origin() const;  // http://127.0.0.1:PORT

 private:
  TempDir dir_;
  std::uint16_t port_;
  std::optional<Process> process_;
};

// What scripts/render-conf makes of conf/nginx, with a token check that knows one token, so that
// neither PostgreSQL nor the auth service is needed. Not thread-safe.
class Gateway {
 public:
  // `settings`: for scripts/render-conf, on top of the test's own.
  explicit Gateway(const std::string& target_url, const Environment& settings = {});

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string origin() const;                      // http://127.0.0.1:PORT
  [[nodiscard]] std::string url(const std::string& path) const;  // below the path prefix
  [[nodiscard]] const std::string& token() const noexcept { return token_; }
  [[nodiscard]] std::string credential() const;  // a header that holds the token

  // With the token in a header.
  HttpResponse get(const std::string& path);
  HttpResponse send(HttpRequest request);

  [[nodiscard]] NginxServer& nginx() noexcept { return *nginx_; }

  static constexpr const char* kUserId = "11111111-2222-4333-8444-555555555555";
  static constexpr const char* kTokenId = "66666666-7777-4888-9999-aaaaaaaaaaaa";

 private:
  TempDir dir_;
  std::uint16_t port_;
  std::string token_;
  RedisServer redis_;
  RecordingTarget service_;
  std::optional<NginxServer> nginx_;
  HttpClient client_;
};

}  // namespace zenzefi::test
