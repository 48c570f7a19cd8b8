#include "tests/e2e/forwarding/gateway.hpp"

#include <unistd.h>

#include "shared/check.hpp"
#include "shared/token.hpp"
#include "tests/support/build_paths.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

constexpr const char* kToken = "Zm9yd2FyZGluZy10ZXN0LXRva2VuLXdpdGgtNDgtYnl0ZXMtb2YtdGV4dC4uLi4x";

void render(const std::filesystem::path& directory, const Environment& settings) {
  const auto [status, output] =
      run({.argv = {(source_root() / "scripts/render-conf").string(), directory.string()},
           .environment = settings});
  if (status != 0) {
    throw std::runtime_error("scripts/render-conf: " + output);
  }
}

// The auth service, as far as nginx asks it: it knows one token.
TargetAnswer answer_check(const RecordedRequest& request) {
  if (request.header(check::kTokenHashHeader) != hash_token(kToken).value().hex()) {
    return {.status = 401,
            .headers = {{std::string{check::kReasonHeader}, std::string{check::kReasonUnknown}}}};
  }
  return {.status = 204,
          .headers = {{std::string{check::kUserIdHeader}, Gateway::kUserId},
                      {std::string{check::kTokenIdHeader}, Gateway::kTokenId},
                      {std::string{check::kExpiresAtHeader}, "2999-01-01T00:00:00Z"},
                      {std::string{check::kDurationHeader}, "24"}}};
}

}  // namespace

DemoTarget::DemoTarget() : dir_{"demo"}, port_{free_port()} {
  process_.emplace(
      ProcessOptions{.argv = {demo_target_executable().string(), "--port", std::to_string(port_)},
                     .output = dir_ / "log"});
  await("the demonstration target", [this] {
    if (!process_->running()) {
      throw std::runtime_error("the demonstration target ended: " + read_file(dir_ / "log"));
    }
    return RawSocket::accepts(port_);
  });
}

std::string DemoTarget::origin() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

Gateway::Gateway(const std::string& target_url, const Environment& settings)
    : dir_{"gateway"}, port_{free_port()}, token_{kToken}, service_{answer_check} {
  Environment all = settings;
  all.insert({{"ZENZEFI_TARGET_URL", target_url},
              {"NGINX_MODULE", nginx_module().string()},
              {"NGINX_WORKERS", "1"},
              {"NGINX_USER", ::geteuid() == 0 ? "root" : ""},
              {"GATEWAY_PORT", std::to_string(port_)},
              {"GATEWAY_TARGET_HOST", "own.example"},
              // Nobody is there: these tests need no account.
              {"AUTH_PUBLIC_PORT", std::to_string(free_port())},
              {"AUTH_INTERNAL_PORT", std::to_string(service_.port())},
              {"REDIS_HOST", "127.0.0.1"},
              {"REDIS_PORT", std::to_string(redis_.port())}});
  render(dir_ / "conf", all);
  nginx_.emplace(NginxOptions{.ports = {port_},
                              .configuration = dir_ / "conf/nginx.conf",
                              .prefix = dir_.path(),
                              .error_log = dir_ / "error.log"});
}

std::string Gateway::origin() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::string Gateway::url(const std::string& path) const {
  return origin() + "/api/v1/proxy" + path;
}

std::string Gateway::credential() const {
  return "X-Access-Token: " + token_;
}

HttpResponse Gateway::get(const std::string& path) {
  return send({.url = url(path)});
}

HttpResponse Gateway::send(HttpRequest request) {
  request.headers.push_back(credential());
  return client_.send(request);
}

}  // namespace zenzefi::test
