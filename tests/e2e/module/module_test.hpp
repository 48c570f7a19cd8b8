// nginx with the module between a client and a recording target, a Redis, and a stand-in for the
// auth service that says what a test wants.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/free_port.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/nginx_server.hpp"
#include "tests/support/recording_target.hpp"
#include "tests/support/redis_server.hpp"

namespace zenzefi::test {

inline constexpr char kUserId[] = "6f1d3c52-8a77-4a0e-9a53-0d6b2f1c7e11";
inline constexpr char kTokenId[] = "b2f0a9d4-31c5-4c52-8c6e-5f7e90a1d322";

// What a test adds to, or changes in, the common configuration.
struct ModuleSetup {
  std::string zone = "tokens:1m";  // access_token_zone
  std::string http = {};           // in http { }
  std::string server = {};         // in the server, beside its locations
  std::string locations = {};      // beside `location /`, which is guarded
  int workers = 1;
  int worker_connections = 2048;
  bool daemon = false;
};

// What the module says about a request, as the configuration shows it in headers.
struct Outcome {
  int status = 0;
  std::string cache;
  std::string reason;
  std::string body;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class ModuleTest : public testing::Test {
 protected:
  static constexpr char kTombstone[] = R"({"revoked":true})";

  ModuleTest();

  void start(const ModuleSetup& setup = {});
  // The http { } for a setup: for reload().
  [[nodiscard]] std::string render(const ModuleSetup& setup) const;

  [[nodiscard]] std::string url(const std::string& path) const;
  // A plausible token that nobody has used yet.
  [[nodiscard]] std::string new_token();
  // The service's yes, for an hour.
  [[nodiscard]] static TargetAnswer grant();
  // The service grants it for an hour.
  void sell(const std::string& token);
  void withdraw(const std::string& token);
  // Writes a grant to Redis, as other programs would: naive time, an hour from now.
  void write_record(const std::string& token) const;
  void write_record(const std::string& token, const std::string& json) const;
  [[nodiscard]] static std::string key_of(const std::string& token);

  HttpResponse get(const std::string& path, std::vector<std::string> headers = {});
  // GET / with the token in the header.
  Outcome ask(const std::string& token, const std::string& path = "/");
  [[nodiscard]] static Outcome outcome_of(const HttpResponse& response);

  // Until the worker asks Redis.
  void await_redis();
  // How often the service was asked about this token.
  [[nodiscard]] std::size_t service_calls(const std::string& token) const;
  // How many GET commands Redis has served.
  [[nodiscard]] long long gets_served() const;
  // Neither log shows the text.
  void expect_not_logged(const std::string& secret) const;

  std::uint16_t port_ = free_port();
  std::uint16_t http2_port_ = free_port();
  RedisServer redis_;
  RecordingTarget target_;
  RecordingTarget service_;
  std::unique_ptr<NginxServer> nginx_;
  HttpClient client_;

 private:
  [[nodiscard]] TargetAnswer answer(const RecordedRequest& request);

  std::mutex lock_;
  std::set<std::string> sold_;  // hashes
  int tokens_made_ = 0;
};

}  // namespace zenzefi::test
