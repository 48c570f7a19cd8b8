// For what must be written where a worker's link prefers a replica: a connection to the first
// server that is none.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "redis/connection.hpp"
#include "redis/link.hpp"
#include "timer.hpp"

namespace zenzefi::gateway::redis {

// Used from one worker's event loop only.
class Writer {
 public:
  // Begins to connect at once. `endpoints` is not empty and outlives this object.
  explicit Writer(RedisSettings endpoints);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // As Link::command().
  [[nodiscard]] bool command(std::span<const std::string_view> words,
                             Link::CommandReceiver receiver, void* owner) noexcept;

 private:
  enum class State : std::uint8_t { kPausing, kConnecting, kStanding };
  struct Command;

  [[nodiscard]] const RedisEndpoint& endpoint() const noexcept { return endpoints_[index_]; }

  void connect() noexcept;
  void answered(const redisReply* reply) noexcept;
  void fail(std::string_view reason) noexcept;
  void complain(std::string_view reason) noexcept;

  static void on_timer(void* writer) noexcept;
  static void on_lost(void* writer, std::string_view reason) noexcept;
  static void on_login(redisAsyncContext* context, void* reply, void* writer) noexcept;
  static void on_role(redisAsyncContext* context, void* reply, void* writer) noexcept;
  static void on_command(redisAsyncContext* context, void* reply, void* command) noexcept;

  RedisSettings endpoints_;
  std::vector<std::size_t> complaints_;  // the last of each endpoint, hashed; 0 for none
  Connection connection_;
  Timer timer_;  // of the state: time-out of connecting or of the oldest command, pause
  State state_ = State::kPausing;
  std::size_t index_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace zenzefi::gateway::redis
