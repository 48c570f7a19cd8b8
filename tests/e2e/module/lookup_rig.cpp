#include "tests/e2e/module/lookup_rig.hpp"

#include <stdexcept>
#include <thread>
#include <utility>

#include "shared/check.hpp"
#include "shared/keys.hpp"
#include "shared/token.hpp"

namespace zenzefi::test {
namespace {

constexpr const char* kUserId = "11111111-2222-4333-8444-555555555555";
constexpr const char* kTokenId = "66666666-7777-4888-9999-aaaaaaaaaaaa";

Timestamp in_an_hour() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()) +
         std::chrono::hours{1};
}

}  // namespace

StandInService::StandInService() : target_([this](const RecordedRequest&) { return answer(); }) {}

TargetAnswer StandInService::answer() {
  std::unique_lock guard{lock_};
  auto answer = answer_;
  const auto delay = delay_;
  guard.unlock();
  std::this_thread::sleep_for(delay);  // it is slow on purpose
  return answer;
}

void StandInService::grants(bool grants) {
  answers(grants ? grant_answer() : refusal_answer("unknown"));
}

void StandInService::answers(TargetAnswer answer) {
  const std::lock_guard guard{lock_};
  answer_ = std::move(answer);
}

void StandInService::takes(std::chrono::milliseconds delay) {
  const std::lock_guard guard{lock_};
  delay_ = delay;
}

TargetAnswer StandInService::grant_answer() {
  return {.status = 204,
          .headers = {{std::string{check::kUserIdHeader}, kUserId},
                      {std::string{check::kTokenIdHeader}, kTokenId},
                      {std::string{check::kExpiresAtHeader}, format_timestamp(in_an_hour())},
                      {std::string{check::kDurationHeader}, "24"}},
          .body = {}};
}

TargetAnswer StandInService::refusal_answer(const std::string& reason) {
  return {.status = 401, .headers = {{std::string{check::kReasonHeader}, reason}}, .body = {}};
}

NginxOptions lookup_rig(const LookupRigOptions& options, const StandInService& service,
                        std::uint16_t port) {
  const std::uint16_t target = free_port();
  std::string http = "access_token_zone l1:4m " + options.zone + ";\n";
  for (const std::string& redis : options.redis) {
    http += "access_token_redis " + redis + ";\n";
  }
  http += "upstream auth { server 127.0.0.1:" + std::to_string(service.port()) +
          " max_fails=0; keepalive 8; }\n"
          "server { listen 127.0.0.1:" +
          std::to_string(target) +
          "; return 200 ok; }\n"
          "server { listen 127.0.0.1:" +
          std::to_string(port) + (options.workers > 1 ? " reuseport" : "") +
          (options.http2 ? " http2" : "") +
          ";\n"
          "location = /_access_token { internal; proxy_pass http://auth/internal/grant; "
          "proxy_http_version 1.1; proxy_set_header Connection ''; proxy_read_timeout " +
          options.service_timeout +
          "; }\n"
          "location / { access_token on; access_token_service /_access_token;\n"
          "add_header X-Cache $access_token_cache always;\n"
          "add_header X-Reason $access_token_reason always;\n"
          "proxy_pass http://127.0.0.1:" +
          std::to_string(target) + "; }\n}\n";
  return {.http = http, .workers = options.workers, .ports = {port, target}};
}

Met meet(HttpClient& client, std::uint16_t port, const std::string& token,
         std::chrono::milliseconds timeout) {
  const HttpResponse response = client.send({.url = "http://127.0.0.1:" + std::to_string(port),
                                             .headers = {"X-Access-Token: " + token},
                                             .timeout = timeout});
  return {response.status, response.header("X-Cache").value_or(""),
          response.header("X-Reason").value_or("")};
}

std::string key_of(const std::string& token) {
  return active_token_key(hash_token(token).value());
}

std::string grant_record() {
  return format_grant_record(Grant{.user_id = Uuid::parse(kUserId).value(),
                                   .token_id = Uuid::parse(kTokenId).value(),
                                   .expires_at = in_an_hour(),
                                   .duration_hours = 24});
}

std::string raw_request(const std::string& token) {
  return "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Access-Token: " + token + "\r\n\r\n";
}

long long gets_served(const RedisServer& redis) {
  const std::string stats = redis.command({"INFO", "commandstats"}).text;
  const std::string name = "cmdstat_get:calls=";
  const auto at = stats.find(name);
  return at == std::string::npos ? 0 : std::stoll(stats.substr(at + name.size()));
}

}  // namespace zenzefi::test
