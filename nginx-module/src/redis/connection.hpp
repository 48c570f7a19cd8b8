// One connection to a Redis server.
#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <string_view>

#include "config.hpp"
#include "redis/event_adapter.hpp"

namespace zenzefi::gateway::redis {

// Used within one worker. Neither open() nor close(), nor the destructor, from within a callback of
// hiredis, `Lost` included.
class Connection {
 public:
  // The connection could not be made, or has ended; not called for close(). `reason` holds no
  // secret.
  using Lost = void (*)(void* owner, std::string_view reason) noexcept;

  static constexpr std::size_t kMaxWords = 72;

  Connection(void* owner, Lost lost) noexcept : owner_(owner), lost_(lost) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Begins to connect, to log in and to choose the database; commands may be sent at once.
  // `on_login` gets the replies to AUTH and SELECT. Empty, or why nothing was begun: valid until
  // the next call.
  [[nodiscard]] std::string_view open(const RedisEndpoint& endpoint,
                                      redisCallbackFn* on_login) noexcept;
  // What is under way is answered with a null reply before this returns.
  void close() noexcept;

  // `on_reply` gets `argument`, and a null reply when the connection ends first. False if the
  // command could not be sent, and never will be answered. At most kMaxWords words.
  bool send(redisCallbackFn* on_reply, void* argument,
            std::span<const std::string_view> words) noexcept;
  bool send(redisCallbackFn* on_reply, void* argument,
            std::initializer_list<std::string_view> words) noexcept {
    return send(on_reply, argument, std::span{words.begin(), words.size()});
  }

  // When the event loop has ended: sends and receives what it can, and waits a few milliseconds for
  // it. Answers come as ever, and so does `Lost`.
  void work_without_events() noexcept;

 private:
  static void on_connect(const redisAsyncContext* context, int status) noexcept;
  static void on_disconnect(const redisAsyncContext* context, int status) noexcept;

  EventAdapter adapter_;
  void* owner_;
  Lost lost_;
  bool closing_ = false;
  std::array<char, 128> reason_{};
};

}  // namespace zenzefi::gateway::redis
