// Requests that last: WebSockets, events, downloads, uploads. Each ends when its token does.
//
// All requests that were let in are in a registry, for it cannot be known which of them will last.
// What ends them:
//   their time    one timer, for the earliest end
//   a change      when Redis says that a token's record has changed, or that anything may have, the
//                 token is looked up again: as long as it is good its requests go on, until its new
//                 end
//   silence       while nobody tells of changes, tokens are looked up again every `unconfirmed`
// If nobody can be asked, they go on until the end that is known. One that has not been answered
// yet is answered with a refusal.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "config.hpp"
#include "context.hpp"
#include "context_queue.hpp"
#include "l1/cache.hpp"
#include "redis/link.hpp"
#include "streams/recheck.hpp"
#include "streams/registry.hpp"
#include "streams/revocation_meter.hpp"
#include "timer.hpp"

namespace zenzefi::gateway {

class Lookups;

// Of one worker; used from its event loop only.
class Streams final : public redis::ChangeListener {
 public:
  // `link` is null without Redis. All must outlive this object.
  Streams(L1Cache l1, const ZoneSettings& settings, Lookups& lookups, redis::Link* link,
          Metrics& metrics) noexcept;
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  // Soon decided() will be called for a request with that token.
  void expect(const TokenHash& hash) const noexcept { registry_.expect(hash); }
  // After every decision: the location that decided last says whether the request will be cut.
  void decided(const LocationConf& conf, Context& context) noexcept;
  // The request has ended. Nothing happens to one that was never let in.
  void ended(Context& context) noexcept;

  void changed(const TokenHash& hash, bool was_granted) noexcept override;
  void all_changed() noexcept override;

  // What a look-up has found out.
  void found(const TokenHash& hash, const Decision& decision) noexcept;

 private:
  [[nodiscard]] bool may_be_overtaken(const Context& context) const noexcept;
  [[nodiscard]] bool is_confirmed(const TokenHash& hash) const noexcept;

  void ends_at(Timestamp end) noexcept;
  void wait_for_end() noexcept;
  void cut_ended() noexcept;
  void cut(Context& context, Verdict why) noexcept;
  void cut_all(const TokenHash& hash, Verdict why) noexcept;
  void extend(const TokenHash& hash, const Grant& grant) noexcept;

  void look_up_again(Context& context) noexcept;
  void retry_later(const TokenHash& hash) noexcept;
  void begin_round(ngx_msec_t delay) noexcept;
  void go_on_with_round() noexcept;

  [[nodiscard]] bool is_deaf(Moment now, std::chrono::milliseconds silence) const noexcept;
  void watch() noexcept;

  static void on_watch(void* streams) noexcept;
  static void on_end(void* streams) noexcept;
  static void on_round(void* streams) noexcept;

  L1Cache l1_;
  const ZoneSettings& settings_;
  redis::Link* link_;
  Metrics& metrics_;
  RevocationMeter meter_;
  Registry registry_;
  Rechecks rechecks_;
  ContextQueue to_be_refused_;

  Timer end_timer_;
  // Not later than the end of any request.
  Timestamp next_end_ = Timestamp::max();

  Timer watch_timer_;  // runs while there are requests

  // A round looks up all tokens that were not in it yet, some at a time.
  Timer round_timer_;
  std::uint32_t round_ = 0;
  Moment round_began_;
  std::size_t next_bucket_ = Registry::kBuckets;  // kBuckets: all done
  bool another_round_ = false;
};

}  // namespace zenzefi::gateway
