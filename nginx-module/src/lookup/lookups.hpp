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
#include <optional>

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

  // What join() will most probably find, good for nothing but to fetch ahead; some time after
  // expect().
  [[nodiscard]] Grant guess(const TokenHash& hash) const noexcept { return l1_.guess(hash); }

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

  // What L1 found, and what follows from it.
  struct Knowledge {
    Finding finding;
    std::optional<Decision> decision;
  };
  [[nodiscard]] Knowledge consult_l1(const TokenHash& hash, Moment now) noexcept;
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
