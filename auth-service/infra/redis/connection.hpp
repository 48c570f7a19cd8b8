// One connection to Redis, used by one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct redisContext;
struct redisReply;

namespace zenzefi::infra {

struct RedisAddress {
  std::string host = "127.0.0.1";  // a name or an address
  std::uint16_t port = 6379;
  std::string password = {};  // empty: none is sent
  int database = 0;
};

// The connection is of no more use.
class RedisConnectionLost : public std::runtime_error {
 public:
  RedisConnectionLost(const std::string& what, bool timed_out)
      : std::runtime_error{what}, timed_out_{timed_out} {}

  // Otherwise it was refused or ended by the other side.
  [[nodiscard]] bool timed_out() const noexcept { return timed_out_; }

 private:
  bool timed_out_;
};

// Redis is there and says no (wrong password, no memory, loading, read-only replica). The
// connection lives on.
class RedisRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RedisReply {
  bool nil = false;
  std::string text = {};  // a status, a string, or an integer in decimal
  std::vector<RedisReply> elements = {};
};

// Its owner must have SIGPIPE ignored: hiredis writes to sockets the other side may have closed.
class RedisConnection {
 public:
  // Resolves the name (for as long as the system's resolver likes), connects, authenticates,
  // selects the database and has a PING answered, each within `timeout`. Throws the two above.
  RedisConnection(const RedisAddress& address, std::chrono::milliseconds timeout);
  ~RedisConnection();
  RedisConnection(RedisConnection&&) noexcept;
  RedisConnection& operator=(RedisConnection&&) noexcept;

  // Throws the two above.
  RedisReply command(std::span<const std::string_view> words, std::chrono::milliseconds timeout);
  RedisReply command(std::initializer_list<std::string_view> words,
                     std::chrono::milliseconds timeout) {
    return command(std::span{words.begin(), words.size()}, timeout);
  }
  // Sends them together; `timeout` is for all of them. When all are answered, the first refusal is
  // thrown. Throws the two above.
  void pipeline(std::span<const std::vector<std::string_view>> commands,
                std::chrono::milliseconds timeout);

 private:
  struct Deleter {
    void operator()(redisContext* context) const noexcept;
    void operator()(redisReply* reply) const noexcept;
  };
  using OwnedReply = std::unique_ptr<redisReply, Deleter>;

  void append(std::span<const std::string_view> words);
  OwnedReply receive();
  [[noreturn]] void fail(const char* doing) const;
  void set_timeout(std::chrono::milliseconds timeout);

  std::unique_ptr<redisContext, Deleter> context_;
  std::chrono::milliseconds timeout_;
};

}  // namespace zenzefi::infra
