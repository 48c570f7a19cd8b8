// What the figures are called, in whichever form they are shown.
#pragma once

#include <array>
#include <string_view>

#include "decision.hpp"
#include "metrics/metrics.hpp"

namespace zenzefi::gateway {

struct CounterName {
  Counter counter;
  std::string_view name;
  std::string_view help;
};

// The cuts stand apart: they have a label.
inline constexpr std::array<CounterName, 11> kCounterNames{{
    {Counter::kCoalesced, "coalesced", "Requests that joined a look-up under way."},
    {Counter::kServiceCalls, "service_calls", "Questions put to the auth service."},
    {Counter::kServiceFailures, "service_failures", "Of these, without an answer of use."},
    {Counter::kBreakerRefusals, "breaker_refusals",
     "Look-ups that did not ask the service because the breaker was open."},
    {Counter::kRedisConnections, "redis_connections", "Links to Redis that came to stand."},
    {Counter::kRedisLosses, "redis_losses", "Links to Redis that failed."},
    {Counter::kRedisErrors, "redis_errors", "Error replies of Redis to look-ups."},
    {Counter::kUnreadable, "unreadable_records", "Records in Redis that could not be read."},
    {Counter::kUsageRefused, "usage_refused",
     "Batches of usage that Redis answered with an error; they are sent again."},
    {Counter::kUsageLost, "usage_lost", "Times that usage was dropped and will never be counted."},
    {Counter::kRechecks, "rechecks", "Tokens looked up again for requests under way."},
}};

struct CutName {
  Counter counter;
  Verdict reason;
};
inline constexpr std::array<CutName, 3> kCutNames{{
    {Counter::kCutExpired, Verdict::kExpired},
    {Counter::kCutRevoked, Verdict::kRevoked},
    {Counter::kCutUnknown, Verdict::kUnknown},
}};

static_assert(kCounterNames.size() + kCutNames.size() == kCounters);

constexpr std::string_view timing_name(Timing timing) noexcept {
  switch (timing) {
    case Timing::kL1:
      return "L1";
    case Timing::kRedis:
      return "REDIS";
    case Timing::kService:
      return "SERVICE";
    case Timing::kDrop:
      return "drop";
    case Timing::kCut:
      return "cut";
  }
  return {};
}
inline constexpr std::array<Timing, 3> kLookupTimings{Timing::kL1, Timing::kRedis,
                                                      Timing::kService};
inline constexpr std::array<Timing, 2> kRevocationTimings{Timing::kDrop, Timing::kCut};

constexpr std::string_view result_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kGranted:
      return "granted";
    case Verdict::kLimited:
      return "limited";
    case Verdict::kUnavailable:
      return "unavailable";
    default:
      return "refused";
  }
}

struct DecisionFigure {
  std::string_view mode;
  Verdict verdict = Verdict::kGranted;
  Origin origin = Origin::kNobody;
  std::uint64_t count = 0;
};

static_assert(static_cast<std::size_t>(Verdict::kUnavailable) + 1 == DecisionKey::kVerdicts);
static_assert(static_cast<std::size_t>(Origin::kNegative) + 1 == DecisionKey::kOrigins);

inline DecisionKey key_of(bool dry_run, const Decision& decision) noexcept {
  return {dry_run ? 1U : 0U, static_cast<std::size_t>(decision.verdict),
          static_cast<std::size_t>(decision.origin)};
}

// Those that have happened.
template <typename Visit>
void for_each_decision(const MetricsSnapshot& counted, Visit&& visit) {
  for (std::size_t mode = 0; mode < DecisionKey::kModes; ++mode) {
    for (std::size_t verdict = 0; verdict < DecisionKey::kVerdicts; ++verdict) {
      for (std::size_t origin = 0; origin < DecisionKey::kOrigins; ++origin) {
        const std::uint64_t count = counted.decisions[DecisionKey{mode, verdict, origin}.index()];
        if (count != 0) {
          visit(DecisionFigure{mode == 0 ? "on" : "dry_run", static_cast<Verdict>(verdict),
                               static_cast<Origin>(origin), count});
        }
      }
    }
  }
}

}  // namespace zenzefi::gateway
