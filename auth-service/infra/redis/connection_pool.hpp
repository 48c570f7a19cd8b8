// Connections to Redis, kept ready by a thread of the pool's own.
//
// A worker that needs Redis never resolves a name, connects or authenticates: it takes a connection
// that has already answered a PING, or learns at once that there is none. So a Redis that refuses
// costs nothing, and one that hangs costs one time-out for each command under way when it began to:
// the first that times out closes what is idle and tells everybody else.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "infra/redis/connection.hpp"

namespace zenzefi::infra {

struct RedisPoolOptions {
  RedisAddress address = {};
  std::size_t connections = 4;
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds command_timeout{250};  // from asking for a connection to the reply
  // Between attempts to connect: doubled after each failure, up to the second, less a random part
  // of a quarter.
  std::chrono::milliseconds first_pause{25};
  std::chrono::milliseconds longest_pause{500};
  // Called by the pool's thread when Redis cannot be reached (with the reason, which has no secrets
  // in it) and when it is back (with an empty one); never twice in a row with the same, and not for
  // a Redis that was there from the start. Must not throw.
  std::function<void(bool reachable, const std::string& reason)> on_change = {};
};

// Thread-safe.
class RedisPool {
 public:
  // Does not wait for Redis: the first commands do, within their time-out.
  explicit RedisPool(RedisPoolOptions options);
  // No command may be under way.
  ~RedisPool();
  RedisPool(const RedisPool&) = delete;
  RedisPool& operator=(const RedisPool&) = delete;

  // Asks once more, over another connection, when the other side has ended the first one (as a
  // restarted Redis has ended every idle one): for commands that may be done twice. Throws
  // RedisConnectionLost and RedisRefused.
  RedisReply command(std::span<const std::string_view> words);
  RedisReply command(std::initializer_list<std::string_view> words) {
    return command(std::span{words.begin(), words.size()});
  }
  // The same for several that are sent together. When all are answered, the first refusal is
  // thrown.
  void pipeline(std::span<const std::vector<std::string_view>> commands);

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Lease {
    RedisConnection connection;
    std::uint64_t generation;
  };

  template <typename Ask>
  auto over_connection(const Ask& ask);
  [[nodiscard]] Lease acquire(Time deadline);
  void give_back(Lease lease);
  // What was opened before is not used any more.
  void lose(std::uint64_t generation, const std::string& reason);

  void keep_ready(const std::stop_token& stop);
  void open_one(const std::stop_token& stop);
  [[nodiscard]] std::chrono::milliseconds next_pause();
  void report(bool reachable, const std::string& reason);

  RedisPoolOptions options_;

  std::mutex lock_;
  std::condition_variable available_;  // a connection, or the news that there is none
  std::condition_variable_any lost_;   // for the thread alone
  std::vector<RedisConnection> idle_;
  std::size_t open_ = 0;          // idle and on lease, of this generation
  std::uint64_t generation_ = 0;  // moves on whenever connections are lost
  bool down_ = false;             // the last attempt to connect has failed
  std::string reason_;

  // The thread's own.
  bool reported_reachable_ = true;
  std::chrono::milliseconds pause_{0};
  std::minstd_rand jitter_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace zenzefi::infra
