// Finding out about tokens: L1, then Redis, then the auth service, once for equal questions.
//
//   join ─► L1 ──► Redis ──► claim ──► service, asked by one waiting request ─► all who wait
//           ▲ hit     │ hit    │ held by another worker
//           └─────────┴────────┴── look again every few milliseconds
//
// docs/architecture.md shows the whole way of a request.
#pragma once

#include <array>
#include <cstddef>

#include "config.hpp"
#include "context.hpp"
#include "context_queue.hpp"
#include "l1/cache.hpp"
#include "metrics/metrics.hpp"

namespace zenzefi::gateway {

namespace redis {
class Link;
}

// All look-ups under way in one worker. Used from its event loop only.
class Lookups {
 public:
  // `link` is null without Redis. All must outlive this object.
  Lookups(L1Cache l1, const ZoneSettings& settings, redis::Link* link, Metrics& metrics) noexcept;
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  // Soon join() will be called with that token.
  void expect(const TokenHash& hash) const noexcept { l1_.prefetch(hash); }

  // For a context in progress kToken. Afterwards it is
  //   kDecided  L1 knew
  //   kWaiting  the request is entered again, from the event loop, when it is kDecided or kMustAsk
  //   kMustAsk  ask_service() must be called for this request now
  // Entering a request that is still kWaiting or kAsking again does no harm: it waits on.
  void join(Context& context) noexcept;

  // The request ends, wherever in a look-up it is; another takes over what it was to do. Nothing
  // happens to a context that never joined.
  static void leave(Context& context) noexcept;

 private:
  friend class Lookup;
  static constexpr std::size_t kBuckets = 4096;

  // Beyond L1, which has found what does not decide.
  void ask(Context& context, const Finding& finding, Moment now) noexcept;
  [[nodiscard]] Lookup*& bucket_of(const TokenHash& hash) noexcept;
  [[nodiscard]] Lookup* find(const TokenHash& hash) noexcept;
  void add(Lookup& lookup) noexcept;
  void remove(Lookup& lookup) noexcept;

  L1Cache l1_;
  const ZoneSettings& settings_;
  redis::Link* link_;
  Metrics& metrics_;
  ContextQueue resume_queue_;
  std::array<Lookup*, kBuckets> buckets_{};
};

}  // namespace zenzefi::gateway
