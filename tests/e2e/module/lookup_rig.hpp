// nginx with a guarded location, between a Redis and a stand-in for the auth service.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include "shared/grant.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/nginx_server.hpp"
#include "tests/support/recording_target.hpp"
#include "tests/support/redis_server.hpp"

namespace zenzefi::test {

// Answers as shared/check.hpp says, for every token alike unless it is told something of one. Asks
// nobody itself and writes nothing into Redis. Thread-safe.
class StandInService {
 public:
  StandInService();

  [[nodiscard]] std::uint16_t port() const { return target_.port(); }
  // Of the questions so far.
  [[nodiscard]] std::size_t asked() const { return target_.count(); }
  [[nodiscard]] RecordedRequest last() const { return target_.last(); }

  void grants(bool grants);
  // Instead of an answer of its own.
  void answers(TargetAnswer answer);
  void takes(std::chrono::milliseconds delay);

  [[nodiscard]] static TargetAnswer grant_answer();
  [[nodiscard]] static TargetAnswer refusal_answer(const std::string& reason);

 private:
  [[nodiscard]] TargetAnswer answer();

  std::mutex lock_;
  TargetAnswer answer_ = refusal_answer("unknown");
  std::chrono::milliseconds delay_{0};
  RecordingTarget target_;  // last: its threads use the others
};

struct LookupRigOptions {
  std::string zone = "negative=2s unconfirmed=60s";
  std::vector<std::string> redis = {};  // access_token_redis with these; empty: no such directive
  int workers = 1;
  std::string service_timeout = "5s";
  bool http2 = false;
};

// The configuration: `/` is guarded and shows in X-Cache, X-Reason and X-Worker what became of a
// request.
[[nodiscard]] NginxOptions lookup_rig(const LookupRigOptions& options,
                                      const StandInService& service, std::uint16_t port);

// What a request met: its status, `$access_token_cache` and `$access_token_reason`.
struct Met {
  int status = 0;
  std::string cache;
  std::string reason;

  friend bool operator==(const Met&, const Met&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Met& met) {
    return out << met.status << ' ' << met.cache << ' ' << met.reason;
  }
};

inline const Met kFromL1{200, "L1", ""};
inline const Met kFromRedis{200, "REDIS", ""};
inline const Met kFromService{200, "SERVICE", ""};
inline const Met kUnknownSaysService{401, "SERVICE", "unknown"};
inline const Met kUnavailable{503, "-", "unavailable"};

inline const std::string kToken = "token-under-test";

[[nodiscard]] Met meet(HttpClient& client, std::uint16_t port, const std::string& token,
                       std::chrono::milliseconds timeout = kPatience);

// In Redis.
[[nodiscard]] std::string key_of(const std::string& token);
// For an hour from now.
[[nodiscard]] std::string grant_record();
inline const std::string kTombstone = R"({"revoked": true})";

[[nodiscard]] std::string raw_request(const std::string& token);

// How many GET commands a Redis has served.
[[nodiscard]] long long gets_served(const RedisServer& redis);

}  // namespace zenzefi::test
