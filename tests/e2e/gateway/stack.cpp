#include "stack.hpp"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "tests/support/build_paths.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {
namespace {

AuthServiceOptions service_options(const DatabaseAddress& database, const RedisServer& redis,
                                   const Environment& settings) {
  AuthServiceOptions options{.settings = settings};
  options.settings.merge(database.environment());
  options.settings.merge(redis.environment());
  return options;
}

}  // namespace

Stack::Stack(const StackOptions& options)
    : own_postgres_{options.own_postgres ? std::make_unique<PostgresServer>() : nullptr},
      postgres{own_postgres_ ? *own_postgres_ : shared_postgres()},
      database{postgres.create_database()},
      redis{{.persistent = options.redis_persistent}},
      auth{service_options(database, redis, options.auth_settings)},
      dir_{"gateway"},
      port_{free_port()},
      status_port_{free_port()},
      nginx_workers_{options.nginx_workers} {
  nginx_.emplace(render(nginx_workers_));
  // On a busy machine an attempt may take too long, and is made again.
  nginx_->expect_error("timed out while connecting to Redis");
  await_feeds();
}

void Stack::await_feeds() const {
  await("nginx's workers to listen to Redis", [this] {
    const std::string clients = redis.command({"CLIENT", "LIST"}).text;
    int tracking = 0;
    for (std::size_t at = clients.find("cmd=role"); at != std::string::npos;
         at = clients.find("cmd=role", at + 1)) {
      ++tracking;  // what a connection that stands was asked last, unless it was a look-up
    }
    return tracking >= nginx_workers_;
  });
}

NginxOptions Stack::render(int workers) const {
  Environment settings = redis.environment();
  settings.merge(Environment{
      {"ZENZEFI_TARGET_URL", target.url()},
      {"NGINX_MODULE", nginx_module().string()},
      {"NGINX_WORKERS", std::to_string(workers)},
      {"GATEWAY_PORT", std::to_string(port_)},
      {"AUTH_PUBLIC_PORT", std::to_string(auth.public_port())},
      {"AUTH_INTERNAL_PORT", std::to_string(auth.internal_port())},
  });
  if (::geteuid() == 0) {
    settings["NGINX_USER"] = "root";
  }
  const auto conf = dir_ / "conf";
  const auto [status, output] =
      run({.argv = {(source_root() / "scripts/render-conf").string(), conf.string()},
           .environment = settings});
  if (status != 0) {
    throw std::runtime_error("scripts/render-conf: " + output);
  }
  std::ofstream{conf / "gateway.conf", std::ios::app}
      << "server { listen 127.0.0.1:" << status_port_
      << "; access_log off; location / { access_token_status; } }\n";
  return {.ports = {port_, status_port_},
          .configuration = conf / "nginx.conf",
          .prefix = dir_.path(),
          .error_log = dir_ / "error.log"};
}

std::string Stack::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string Stack::status() const {
  return HttpClient{}.get("http://127.0.0.1:" + std::to_string(status_port_)).body;
}

std::string Stack::figure(const std::string& name) const {
  const std::string page = "\n" + status();
  const std::size_t at = page.find("\n" + name + " ");
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t start = at + name.size() + 2;
  return page.substr(start, page.find('\n', start) - start);
}

std::string Stack::proxied(const std::string& path) const {
  return url("/api/v1/proxy" + path);
}

}  // namespace zenzefi::test
