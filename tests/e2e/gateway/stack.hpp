// The whole gateway: nginx as conf/nginx/ sets it up, with the module; zenzefi-auth; PostgreSQL and
// Redis; and a target that shows what reaches it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/auth_service.hpp"
#include "tests/support/nginx_server.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/recording_target.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

struct StackOptions {
  int nginx_workers = 2;
  bool redis_persistent = false;
  bool own_postgres = false;  // for a test that stops it
  Environment auth_settings = {};
};

// Not thread-safe, but for url() and the target.
class Stack {
  std::unique_ptr<PostgresServer> own_postgres_;

 public:
  explicit Stack(const StackOptions& options = {});

  PostgresServer& postgres;
  DatabaseAddress database;
  RedisServer redis;
  AuthService auth;
  RecordingTarget target;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url(const std::string& path) const;
  // Of what the target shows under `path`.
  [[nodiscard]] std::string proxied(const std::string& path = "/") const;
  [[nodiscard]] NginxServer& nginx() { return *nginx_; }
  // What the module counts, in Prometheus' form.
  [[nodiscard]] std::string status() const;
  // A line of it, by what stands before the value; empty when there is none.
  [[nodiscard]] std::string figure(const std::string& name) const;

  // Until every nginx worker listens to Redis: before that it asks the service instead.
  void await_feeds() const;

 private:
  [[nodiscard]] NginxOptions render(int workers) const;

  TempDir dir_;
  std::uint16_t port_;
  std::uint16_t status_port_;
  int nginx_workers_;
  std::optional<NginxServer> nginx_;  // ends first
};

}  // namespace zenzefi::test
