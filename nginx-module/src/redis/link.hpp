// One worker's tie to Redis: a connection to ask, and a feed that tells what has changed.
//
// Both connections stand or fall together (one that lost the other would go on in silence), and are
// set up again, address by address, with growing pauses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "l1/cache.hpp"
#include "metrics/metrics.hpp"
#include "redis/connection.hpp"
#include "shared/token.hpp"
#include "timer.hpp"

namespace zenzefi::gateway::redis {

// What Redis says about a key.
struct Record {
  enum class Kind : std::uint8_t {
    kFailed,  // it has not answered, or with an error
    kAbsent,
    kPresent,
  };
  Kind kind = Kind::kFailed;
  std::string_view value;  // of kPresent; valid during the callback
};

class Query;

// Hears of changes, after they were applied to L1.
class ChangeListener {
 public:
  // `was_granted`: L1 held a grant, and nobody else has dropped it.
  virtual void changed(const TokenHash& hash, bool was_granted) noexcept = 0;
  // All records may have changed, or others may have unheard: Redis was emptied, the feed is new,
  // or Redis is not informed any more.
  virtual void all_changed() noexcept = 0;

 protected:
  ChangeListener() = default;
  ~ChangeListener() = default;
  ChangeListener(const ChangeListener&) = default;
  ChangeListener& operator=(const ChangeListener&) = default;
};

// Used from one worker's event loop only.
class Link {
 public:
  using Receiver = void (*)(void* owner, const Record& record) noexcept;

  // Begins to connect at once. `endpoints` is not empty; it and `metrics` outlive this object.
  Link(RedisSettings endpoints, L1Cache l1, Metrics& metrics);
  // Queries that are still under way are answered with kFailed.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // One at most; null for none.
  void tell(ChangeListener* listener) noexcept { listener_ = listener; }

  [[nodiscard]] bool stands() const noexcept { return state_ == State::kStanding; }

  // It reads from a replica, which takes no writes.
  [[nodiscard]] bool is_replica() const noexcept { return is_replica_; }
  [[nodiscard]] RedisSettings endpoints() const noexcept { return endpoints_; }

  // As far as is known every revocation has come to this Redis. Otherwise (it takes no writes, or
  // nobody who should write can reach it) a grant in it may be one that was revoked: L1 is not
  // confirmed meanwhile, and what Redis grants is for the service to confirm.
  [[nodiscard]] bool is_informed() const noexcept { return is_informed_; }

  // It was made just now, and its first attempt to connect may still succeed: get() is null, but
  // soon it will not be.
  [[nodiscard]] bool is_starting() const noexcept;

  // Asks for the record of a token. Null while there is no connection. Otherwise `receiver` is
  // called exactly once, never before this returns, unless the query is abandoned.
  [[nodiscard]] Query* get(const TokenHash& hash, Receiver receiver, void* owner) noexcept;
  static void abandon(Query& query) noexcept;

  // Any other command: at most Connection::kMaxWords words. False while there is no connection;
  // otherwise `receiver` is called exactly once, never before this returns, also when the owner no
  // longer wants to know. Its reply is null, or an error that has been logged, when it failed; it
  // is valid during the callback.
  using CommandReceiver = void (*)(void* owner, const redisReply* reply) noexcept;
  [[nodiscard]] bool command(std::span<const std::string_view> words, CommandReceiver receiver,
                             void* owner) noexcept;

  // How long an answer may take, in milliseconds.
  [[nodiscard]] ngx_msec_t timeout() const noexcept { return endpoint().timeout; }
  // Somebody waited that long in vain: what is still under way fails, and the link is set up anew.
  void timed_out() noexcept;

 private:
  enum class State : std::uint8_t { kPausing, kConnecting, kStanding, kFailing };

  [[nodiscard]] const RedisEndpoint& endpoint() const noexcept { return endpoints_[index_]; }

  void connect() noexcept;
  void open_feed() noexcept;
  void open_query() noexcept;
  void stand() noexcept;
  void beat() noexcept;
  void send_heartbeat() noexcept;
  void heard_heartbeat() noexcept;
  void leave() noexcept;
  void ask_about_delivery() noexcept;
  void heard_of_delivery(const redisReply& time_to_live) noexcept;
  void forget(const redisReply& keys) noexcept;
  void forget(const TokenHash& hash) noexcept;
  void fail(std::string_view reason) noexcept;
  void tear_down() noexcept;
  void pause() noexcept;
  // Logs a trouble once: not again while the same trouble lasts at the same endpoint.
  void complain(std::string_view reason) noexcept;
  [[nodiscard]] std::string_view doing() const noexcept;
  // A reply to go on with: there is one, and it is no error. Otherwise the link fails.
  [[nodiscard]] bool is_good(const redisReply* reply) noexcept;

  static void on_timer(void* link) noexcept;
  static void on_failed(ngx_event_t* event) noexcept;
  static void on_lost(void* link, std::string_view reason) noexcept;
  static void on_login(redisAsyncContext* context, void* reply, void* link) noexcept;
  static void on_feed_id(redisAsyncContext* context, void* reply, void* link) noexcept;
  static void on_feed(redisAsyncContext* context, void* reply, void* link) noexcept;
  static void on_role(redisAsyncContext* context, void* reply, void* link) noexcept;
  static void on_delivery(redisAsyncContext* context, void* reply, void* link) noexcept;
  static void on_tracking(redisAsyncContext* context, void* reply, void* link) noexcept;
  static void on_record(redisAsyncContext* context, void* reply, void* query) noexcept;
  static void on_command(redisAsyncContext* context, void* reply, void* command) noexcept;

  RedisSettings endpoints_;
  std::vector<std::size_t> complaints_;  // the last of each endpoint, hashed; 0 for none
  L1Cache l1_;
  Metrics& metrics_;
  ChangeListener* listener_ = nullptr;
  std::size_t index_ = 0;
  State state_ = State::kPausing;
  Connection feed_;
  Connection query_;
  long long feed_id_ = 0;
  bool is_replica_ = false;
  bool is_informed_ = true;

  Timer timer_;           // of the state: time-out of connecting, heartbeat, pause
  ngx_event_t failed_{};  // posted: the way from a callback of hiredis to tear_down()
  ngx_msec_t pause_ = 0;
  // Empty once the first attempt to connect has ended. One that succeeded ends with the first
  // heartbeat: what is asked in the very millisecond in which the feed came to stand would not
  // count as covered by it.
  std::optional<Moment> starting_until_;

  Moment standing_since_;
  Moment last_beat_;
  Moment beat_at_;                      // when the heartbeat under way was sent
  int answers_due_ = 0;                 // to the heartbeat under way
  std::optional<Moment> to_be_proven_;  // by the answer to it
  std::optional<Moment> leaving_since_;
  std::optional<Moment> successors_stand_since_;
};

}  // namespace zenzefi::gateway::redis
