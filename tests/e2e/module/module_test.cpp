#include "tests/e2e/module/module_test.hpp"

#include <algorithm>
#include <chrono>

#include "shared/check.hpp"
#include "shared/keys.hpp"
#include "shared/timestamp.hpp"
#include "shared/token.hpp"
#include "tests/support/pattern.hpp"

namespace zenzefi::test {
namespace {

std::string hash_of(const std::string& token) {
  return hash_token(token).value().hex();
}

std::string in_an_hour() {
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return format_timestamp(now + std::chrono::hours{1});
}

}  // namespace

ModuleTest::ModuleTest() {
  service_.answer_with([this](const RecordedRequest& request) { return answer(request); });
}

TargetAnswer ModuleTest::answer(const RecordedRequest& request) {
  const auto hash = request.header(check::kTokenHashHeader);
  const std::lock_guard guard{lock_};
  if (!hash || !sold_.contains(*hash)) {
    return {.status = 401,
            .headers = {{std::string{check::kReasonHeader}, std::string{check::kReasonUnknown}}}};
  }
  return grant();
}

TargetAnswer ModuleTest::grant() {
  return {.status = 204,
          .headers = {{std::string{check::kUserIdHeader}, kUserId},
                      {std::string{check::kTokenIdHeader}, kTokenId},
                      {std::string{check::kExpiresAtHeader}, in_an_hour()},
                      {std::string{check::kDurationHeader}, "1"}}};
}

std::string ModuleTest::render(const ModuleSetup& setup) const {
  const std::string port = std::to_string(port_);
  return "access_token_zone " + setup.zone + ";\n" + "access_token_redis " + redis_.url() + ";\n" +
         "large_client_header_buffers 4 32k;\n"
         "upstream service { server 127.0.0.1:" +
         std::to_string(service_.port()) +
         "; keepalive 4; }\n"
         "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n"
         "log_format tokens '$request|$status|$access_token_reason|$access_token_cache|"
         "$access_token_source_used|$access_token_user_id|$access_token_id|"
         "$access_token_expires_at|$access_token_time_left';\n" +
         setup.http +
         "\nserver {\n"
         "listen 127.0.0.1:" +
         port +
         ";\n"
         "listen 127.0.0.1:" +
         std::to_string(http2_port_) +
         " http2;\n"
         "access_log access.log;\n"
         "access_log decisions.log tokens;\n"
         "access_token_source $http_x_access_token $cookie_zenzefi_access_token $arg_token;\n"
         "access_token_service /_access_token;\n"
         "add_header X-Cache $access_token_cache always;\n"
         "add_header X-Reason $access_token_reason always;\n"
         "proxy_http_version 1.1;\n"
         "proxy_set_header Host $http_host;\n"
         "proxy_set_header Connection $connection_upgrade;\n"
         "proxy_set_header Upgrade $http_upgrade;\n"
         "proxy_set_header X-User-Id $access_token_user_id;\n"
         "proxy_set_header X-Token-Id $access_token_id;\n" +
         setup.server +
         "\nlocation = /_access_token { internal; client_max_body_size 0;\n"
         "proxy_set_header Host auth; proxy_set_header Connection ''; proxy_set_header Upgrade "
         "'';\n"
         "proxy_set_header X-User-Id ''; proxy_set_header X-Token-Id '';\n"
         "proxy_pass http://service/internal/grant; }\n"
         "location / { access_token on; proxy_pass " +
         target_.url() + "; }\n" + setup.locations + "\n}\n";
}

void ModuleTest::start(const ModuleSetup& setup) {
  nginx_ =
      std::make_unique<NginxServer>(NginxOptions{.http = render(setup),
                                                 .workers = setup.workers,
                                                 .worker_connections = setup.worker_connections,
                                                 .daemon = setup.daemon,
                                                 .ports = {port_, http2_port_}});
}

std::string ModuleTest::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string ModuleTest::new_token() {
  std::string token = "token-" + std::to_string(++tokens_made_) + "-";
  token.resize(64, 'x');
  return token;
}

void ModuleTest::sell(const std::string& token) {
  const std::lock_guard guard{lock_};
  sold_.insert(hash_of(token));
}

void ModuleTest::withdraw(const std::string& token) {
  const std::lock_guard guard{lock_};
  sold_.erase(hash_of(token));
}

std::string ModuleTest::key_of(const std::string& token) {
  return active_token_key(hash_token(token).value());
}

void ModuleTest::write_record(const std::string& token, const std::string& json) const {
  redis_.set(key_of(token), json);
}

void ModuleTest::write_record(const std::string& token) const {
  std::string naive = in_an_hour();
  naive.pop_back();
  write_record(token, R"({"user_id":")" + std::string{kUserId} + R"(","token_id":")" + kTokenId +
                          R"(","expires_at":")" + naive + R"(","duration_hours":1})");
}

HttpResponse ModuleTest::get(const std::string& path, std::vector<std::string> headers) {
  return client_.get(url(path), std::move(headers));
}

Outcome ModuleTest::outcome_of(const HttpResponse& response) {
  return {.status = response.status,
          .cache = response.header("X-Cache").value_or(""),
          .reason = response.header("X-Reason").value_or(""),
          .body = response.body};
}

Outcome ModuleTest::ask(const std::string& token, const std::string& path) {
  return outcome_of(get(path, {"X-Access-Token: " + token}));
}

void ModuleTest::await_redis() {
  await("the worker to ask Redis", [this] {
    const std::string token = new_token();
    write_record(token);
    return ask(token).cache == "REDIS";
  });
  target_.clear();
  service_.clear();
}

std::size_t ModuleTest::service_calls(const std::string& token) const {
  const std::string hash = hash_of(token);
  const auto requests = service_.requests();
  return static_cast<std::size_t>(
      std::count_if(requests.begin(), requests.end(), [&](const RecordedRequest& request) {
        return request.header(check::kTokenHashHeader) == hash;
      }));
}

long long ModuleTest::gets_served() const {
  const std::string stats = redis_.command({"INFO", "commandstats"}).text;
  const auto match = first_match(stats, "cmdstat_get:calls=(\\d+)");
  return match ? std::stoll(match->groups[1]) : 0;
}

void ModuleTest::expect_not_logged(const std::string& secret) const {
  EXPECT_EQ(nginx_->error_log().find(secret), std::string::npos) << nginx_->error_log();
  EXPECT_EQ(nginx_->access_log().find(secret), std::string::npos) << nginx_->access_log();
  const std::string decisions = read_file(nginx_->prefix() / "decisions.log");
  EXPECT_EQ(decisions.find(secret), std::string::npos) << decisions;
}

}  // namespace zenzefi::test
