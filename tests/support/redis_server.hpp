// A Redis of the test's own, and a small client to look into it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

struct RedisReply {
  enum class Kind { kNil, kText, kInteger, kArray, kError };

  Kind kind = Kind::kNil;
  std::string text;  // of kText (statuses, too) and kError
  long long integer = 0;
  std::vector<RedisReply> elements;
};

struct RedisOptions {
  std::string password = {};  // empty: none asked
  bool persistent = false;    // an append-only file, so that stop() and start() keep the data
  std::vector<std::string> arguments = {};  // added to redis-server's own
};

// Started by the constructor on 127.0.0.1. Not thread-safe.
class RedisServer {
 public:
  explicit RedisServer(RedisOptions options = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const;  // redis://127.0.0.1:PORT
  // As the service reads it: REDIS_HOST, _PORT, _PASSWORD.
  [[nodiscard]] Environment environment() const;

  void start();  // on the same port
  void stop();
  void kill();
  // Nothing is answered and no connection ends, until resume().
  void pause();
  void resume();

  // Over a connection of its own; throws std::runtime_error when there is none. An error reply is a
  // reply.
  RedisReply command(const std::vector<std::string>& words) const;
  // The value of a string key; empty when there is none.
  [[nodiscard]] std::optional<std::string> get(const std::string& key) const;
  void set(const std::string& key, const std::string& value) const;

  [[nodiscard]] std::string log() const;

 private:
  TempDir dir_;
  std::uint16_t port_;
  RedisOptions options_;
  std::optional<Process> process_;
};

}  // namespace zenzefi::test
