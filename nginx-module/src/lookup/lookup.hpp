// One look-up under way: of one token, for all requests of this worker that wait for it.
#pragma once

#include <chrono>
#include <optional>
#include <variant>

#include "context.hpp"
#include "l1/cache.hpp"
#include "redis/link.hpp"
#include "timer.hpp"

namespace zenzefi::gateway {

class Lookups;

// What the service said: a grant, a refusal, or nothing of use.
struct NoAnswer {};
using ServiceAnswer = std::variant<NoAnswer, Grant, RefusalReason>;

// Owned by nobody but itself: it ends, and with it the object, when all who wait have their
// decision, or have left and it has nothing to bring home. So every function that may end it says
// so, and is the last thing its caller does with it.
//
// Rounds: an answer is as good as the moment its question was put. Who came later than a change to
// the token's record that happened meanwhile is not served by it, but by another round.
class Lookup {
 public:
  Lookup(Lookups& all, const TokenHash& hash) noexcept;
  // Those who still wait are let go of, undecided.
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // The first round begins when the first is in. It may end the look-up.
  void add(Context& context) noexcept;
  void begin() noexcept;

  // The context is no longer in any list. May end the look-up.
  void left(const Context& context) noexcept;

  // Before the leader sends its sub-request. If it may not, the leader is decided and the look-up
  // may have ended.
  [[nodiscard]] bool begin_to_ask(Context& leader) noexcept;
  // May end the look-up. The leader is decided, but not entered again.
  void answered(const ServiceAnswer& answer) noexcept;

  [[nodiscard]] const TokenHash& hash() const noexcept { return hash_; }

  Lookup* next_in_bucket = nullptr;

 private:
  enum class Stage : std::uint8_t {
    kStarting,  // the worker has no link to Redis yet, but may have one soon
    kRedis,
    kElsewhere,  // another worker asks the service
    kService,
  };

  void begin_round() noexcept;
  void look_again() noexcept;
  void ask_redis() noexcept;
  void use_record(std::string_view text) noexcept;
  void go_to_service() noexcept;
  void choose_leader() noexcept;
  void keep_claim() noexcept;
  void give_up_asking() noexcept;
  void granted(const Grant& grant, Origin origin) noexcept;
  void refused(RefusalReason reason, Origin origin) noexcept;
  void nobody_can_tell() noexcept;
  void fall_back_on_redis() noexcept;
  void decide(const Decision& decision) noexcept;
  void decide_all(const Decision& decision) noexcept;
  void end() noexcept;

  [[nodiscard]] bool is_overtaken() const noexcept;
  [[nodiscard]] bool has_changed_since(const Ticket& ticket) const noexcept;
  [[nodiscard]] bool is_awaited() const noexcept;

  static void on_timer(void* lookup) noexcept;
  static void on_record(void* lookup, const redis::Record& record) noexcept;

  void measure(Origin origin) noexcept;

  Lookups& all_;
  TokenHash hash_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Stage stage_ = Stage::kRedis;
  Ticket ticket_;
  // The time-out of Redis, the next look at what another worker found, or the claim's renewal.
  Timer timer_;
  ngx_queue_t waiting_{};
  ngx_queue_t too_late_{};  // for this round
  redis::Query* query_ = nullptr;
  // The service granted it and L1 did not take it, because the record changed: by the service's own
  // note of the first use, most likely. Then it is read once more, for whoever comes next.
  bool is_worth_reading_ = false;
  // What a Redis says that is not informed of all revocations: good if the service cannot tell.
  struct Unconfirmed {
    Grant grant;
    Ticket ticket;
  };
  std::optional<Unconfirmed> from_redis_;
  // kService:
  Context* leader_ = nullptr;  // in neither list
  std::optional<Claims::Claim> claim_;
  std::optional<Breaker::Permit> permit_;
};

}  // namespace zenzefi::gateway
