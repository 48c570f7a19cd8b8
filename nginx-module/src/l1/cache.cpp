#include "l1/cache.hpp"

#include <array>
#include <cstring>

namespace zenzefi::gateway {
namespace {

constexpr std::uint64_t kMagic = 0x31'4c'69'66'65'7a'6e'65;  // "enzefiL1"
// Changes with every change of what stands where, or of what it means.
constexpr std::uint64_t kLayoutVersion = 6;

constexpr std::size_t kCacheLine = 64;
// Of what is behind the head; grants have the rest.
constexpr std::size_t kRefusalsShare = 8;
constexpr std::size_t kConnectionsShare = 8;
constexpr std::size_t kRatesShare = 16;

std::uint64_t seconds_of(Timestamp time) noexcept {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

// 136 years of seconds.
std::uint32_t second_of_use(Moment moment) noexcept {
  return static_cast<std::uint32_t>(milliseconds_of(moment) / 1000);
}

using UuidWords = std::array<std::uint64_t, 2>;
static_assert(sizeof(UuidWords) == sizeof(Uuid));

UuidWords words_of(const Uuid& id) noexcept {
  UuidWords words;
  std::memcpy(words.data(), id.bytes.data(), sizeof words);
  return words;
}

Uuid uuid_of(std::uint64_t first, std::uint64_t second) noexcept {
  Uuid id;
  std::memcpy(id.bytes.data(), &first, sizeof first);
  std::memcpy(id.bytes.data() + sizeof first, &second, sizeof second);
  return id;
}

// The end of life stands first, as SlotTable wants it, and the beginning of the look-up last.
using GrantWords = std::array<std::uint64_t, 7>;

GrantWords words_of(const Grant& grant, Moment began) noexcept {
  const auto user = words_of(grant.user_id);
  const auto token = words_of(grant.token_id);
  return {seconds_of(grant.expires_at), user[0], user[1], token[0], token[1], grant.duration_hours,
          milliseconds_of(began)};
}

Grant grant_of(const GrantWords& words) noexcept {
  return {uuid_of(words[1], words[2]), uuid_of(words[3], words[4]),
          Timestamp{Timestamp::duration{static_cast<Timestamp::rep>(words[0])}},
          static_cast<std::uint32_t>(words[5])};
}

Usage usage_of(const TableCounters& counters, std::size_t slots) noexcept {
  return {counters.used.load(std::memory_order_relaxed),
          counters.evicted.load(std::memory_order_relaxed), slots};
}

}  // namespace

// What is written at different times by different processes stands in different cache lines.
struct L1Cache::Head {
  std::uint64_t magic;
  std::uint64_t layout_version;
  std::uint64_t size;
  alignas(kCacheLine) Coverage::Words coverage;
  alignas(kCacheLine) Breaker::Word breaker;
  alignas(kCacheLine) std::atomic<std::uint64_t> stamps;
  alignas(kCacheLine) TableCounters grants;
  alignas(kCacheLine) TableCounters refusals;
  alignas(kCacheLine) ConnectionCounts::Words connections;
  alignas(kCacheLine) RateLimiter::Words rates;
  alignas(kCacheLine) MetricsWords metrics;
  alignas(kAlignment) Claims::Words claims;
};

// Follows from the size alone, so that format() and adopt() agree.
struct L1Cache::Layout {
  std::size_t grant_sets = 0;
  std::size_t refusal_sets = 0;
  std::size_t connection_sets = 0;
  std::size_t rate_sets = 0;

  explicit Layout(std::size_t size) noexcept {
    const std::size_t rest = size > sizeof(Head) ? size - sizeof(Head) : 0;
    refusal_sets = Refusals::sets_within(rest / kRefusalsShare);
    connection_sets = ConnectionCounts::sets_within(rest / kConnectionsShare);
    rate_sets = RateLimiter::sets_within(rest / kRatesShare);
    grant_sets = Grants::sets_within(rest - behind_grants());
  }

  // From the head's end.
  [[nodiscard]] std::size_t refusals_at() const noexcept { return Grants::size_of(grant_sets); }
  [[nodiscard]] std::size_t connections_at() const noexcept {
    return refusals_at() + Refusals::size_of(refusal_sets);
  }
  [[nodiscard]] std::size_t rates_at() const noexcept {
    return connections_at() + ConnectionCounts::size_of(connection_sets);
  }

 private:
  [[nodiscard]] std::size_t behind_grants() const noexcept {
    return Refusals::size_of(refusal_sets) + ConnectionCounts::size_of(connection_sets) +
           RateLimiter::size_of(rate_sets);
  }
};

L1Cache::L1Cache(Head& head, const Layout& layout) noexcept
    : head_(&head),
      grants_(&head + 1, layout.grant_sets, head.stamps, head.grants),
      refusals_(reinterpret_cast<std::byte*>(&head + 1) + layout.refusals_at(), layout.refusal_sets,
                head.stamps, head.refusals),
      connections_(reinterpret_cast<std::byte*>(&head + 1) + layout.connections_at(),
                   layout.connection_sets, head.connections),
      rates_(reinterpret_cast<std::byte*>(&head + 1) + layout.rates_at(), layout.rate_sets,
             head.rates) {}

std::size_t L1Cache::min_size() noexcept {
  // One set of each: that of connections is the largest for its share.
  constexpr std::size_t kSmallest = kConnectionsShare * ConnectionCounts::size_of(1);
  static_assert(kSmallest >= kRefusalsShare * Refusals::size_of(1));
  static_assert(kSmallest >= kRatesShare * RateLimiter::size_of(1));
  return sizeof(Head) + kSmallest;
}

std::optional<L1Cache> L1Cache::format(void* memory, std::size_t size) noexcept {
  if (!fits(memory, size)) {
    return std::nullopt;
  }
  // Every word of a fresh zone is zero, and zero is what each of them starts with.
  auto& head = *static_cast<Head*>(memory);
  head.size = size;
  head.layout_version = kLayoutVersion;
  head.magic = kMagic;
  return L1Cache{head, Layout{size}};
}

std::optional<L1Cache> L1Cache::adopt(void* memory, std::size_t size) noexcept {
  if (!fits(memory, size)) {
    return std::nullopt;
  }
  auto& head = *static_cast<Head*>(memory);
  if (head.magic != kMagic || head.layout_version != kLayoutVersion || head.size != size) {
    return std::nullopt;
  }
  return L1Cache{head, Layout{size}};
}

bool L1Cache::fits(const void* memory, std::size_t size) noexcept {
  return memory != nullptr && size >= min_size() &&
         reinterpret_cast<std::uintptr_t>(memory) % kAlignment == 0;
}

Finding L1Cache::find(const TokenHash& hash, Timestamp now, Moment moment) noexcept {
  const HashWords key{hash};
  Finding finding;
  if (const auto value = grants_.find(key, second_of_use(moment))) {
    finding.grant = grant_of(*value);
    finding.standing = coverage().standing(moment_of(value->back()));
    finding.kind =
        finding.grant.expired_at(now) ? Finding::Kind::kExpired : Finding::Kind::kGranted;
  } else {
    find_refusal(key, moment, finding);
  }
  return finding;
}

void L1Cache::find_refusal(const HashWords& key, Moment moment, Finding& finding) noexcept {
  const auto value = refusals_.find(key, second_of_use(moment));
  if (!value) {
    return;
  }
  const auto [until, reason, began] = *value;
  // Unlike a grant, a refusal that may have been overtaken is of no use when nobody can be asked.
  if (until <= milliseconds_of(moment) || !coverage().standing(moment_of(began)).covered) {
    return;
  }
  finding.kind = Finding::Kind::kRefused;
  finding.reason = static_cast<RefusalReason>(reason);
}

Ticket L1Cache::begin(const TokenHash& hash, Moment now) const noexcept {
  const HashWords key{hash};
  return {grants_.generation(key), refusals_.generation(key), now};
}

bool L1Cache::put_grant(const TokenHash& hash, const Grant& grant, const Ticket& ticket,
                        Timestamp now, Moment moment) noexcept {
  const HashWords key{hash};
  if (!grants_.put(key, words_of(grant, ticket.began), ticket.grants_generation,
                   {seconds_of(now), second_of_use(moment)})) {
    return false;
  }
  refusals_.erase(key);
  return true;
}

bool L1Cache::put_refusal(const TokenHash& hash, RefusalReason reason, const Ticket& ticket,
                          Moment until, Moment moment) noexcept {
  const HashWords key{hash};
  const Refusals::Value value{milliseconds_of(until), static_cast<std::uint64_t>(reason),
                              milliseconds_of(ticket.began)};
  if (!refusals_.put(key, value, ticket.refusals_generation,
                     {milliseconds_of(moment), second_of_use(moment)})) {
    return false;
  }
  grants_.erase(key);
  return true;
}

bool L1Cache::drop(const TokenHash& hash, Timestamp now, Moment moment) noexcept {
  const HashWords key{hash};
  const auto generation = grants_.generation(key);
  const bool was_granted = find(hash, now, moment).kind == Finding::Kind::kGranted;
  const bool has_ended_it = grants_.drop(key) == generation;
  refusals_.drop(key);
  return was_granted && has_ended_it;
}

// Not const: it changes the zone.
// NOLINTNEXTLINE(readability-make-member-function-const)
void L1Cache::drop_all(Moment now) noexcept {
  coverage().restart(now);
}

Coverage L1Cache::coverage() const noexcept {
  return Coverage{head_->coverage};
}

Claims L1Cache::claims() const noexcept {
  return Claims{head_->claims};
}

Breaker L1Cache::breaker(Breaker::Limits limits) const noexcept {
  return Breaker{head_->breaker, limits};
}

MetricsWords& L1Cache::metrics() const noexcept {
  return head_->metrics;
}

ProcessTable L1Cache::processes() const noexcept {
  return ProcessTable{head_->connections.processes};
}

Usage L1Cache::grants_usage() const noexcept {
  return usage_of(head_->grants, grants_.slots());
}

Usage L1Cache::refusals_usage() const noexcept {
  return usage_of(head_->refusals, refusals_.slots());
}

}  // namespace zenzefi::gateway
