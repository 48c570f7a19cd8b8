#include "limits/connection_counts.hpp"

namespace zenzefi::gateway {
namespace {

constexpr std::uint64_t kTagMask = 0x7F;

enum class Phase : std::uint8_t { kIdle, kTaking, kReplacing };

class Version {
 public:
  explicit Version(std::uint64_t bits) noexcept : bits_(bits) {}

  [[nodiscard]] std::uint64_t bits() const noexcept { return bits_; }
  [[nodiscard]] Phase phase() const noexcept { return static_cast<Phase>(bits_ & 0x3); }
  [[nodiscard]] std::size_t process() const noexcept { return bits_ >> 2 & kProcessMask; }
  [[nodiscard]] std::uint64_t tag() const noexcept { return bits_ >> 9 & kTagMask; }
  [[nodiscard]] std::uint16_t number() const noexcept {
    return static_cast<std::uint16_t>(bits_ >> 16);
  }
  [[nodiscard]] Version idle() const noexcept { return next(Phase::kIdle, 0, 0, tag()); }
  [[nodiscard]] Version taking(std::size_t process, std::uint16_t number) const noexcept {
    return next(Phase::kTaking, process, number, tag());
  }
  [[nodiscard]] Version replacing(std::size_t process, std::uint64_t tag) const noexcept {
    return next(Phase::kReplacing, process, 0, tag);
  }

 private:
  static constexpr std::uint64_t kProcessMask = 0x7F;
  static_assert(ProcessTable::kCapacity <= kProcessMask + 1);

  [[nodiscard]] Version next(Phase phase, std::uint64_t process, std::uint64_t number,
                             std::uint64_t tag) const noexcept {
    const std::uint64_t sequence = (bits_ >> 32) + 1;
    return Version{sequence << 32 | number << 16 | tag << 9 | process << 2 |
                   static_cast<std::uint64_t>(phase)};
  }

  std::uint64_t bits_;
};

// Of the words of a hash the first chooses the set, and these are the holder's.
constexpr std::size_t kFirstOfToken = 2;

std::uint64_t tag_of(const HashWords& token) noexcept {
  return token.tag_bits() & kTagMask;
}

constexpr std::uint32_t count_of(std::uint32_t share) noexcept {
  return share >> 16;
}
constexpr std::uint16_t number_of(std::uint32_t share) noexcept {
  return static_cast<std::uint16_t>(share);
}
constexpr std::uint32_t share_with(std::uint32_t count, std::uint16_t number) noexcept {
  return count << 16 | number;
}

}  // namespace

bool ConnectionCounts::Holder::is(const HashWords& wanted) const noexcept {
  return token[0].load(std::memory_order_acquire) == wanted.words()[kFirstOfToken] &&
         token[1].load(std::memory_order_acquire) == wanted.words()[kFirstOfToken + 1];
}

std::optional<std::size_t> ConnectionCounts::join(ProcessIdentity self) noexcept {
  sweep();
  return ProcessTable{words_->processes}.join(self);
}

void ConnectionCounts::leave(std::size_t place, ProcessIdentity self) noexcept {
  take_back(place, self);
}

void ConnectionCounts::sweep() noexcept {
  const ProcessTable processes{words_->processes};
  const std::size_t places = processes.ever_used();
  for (std::size_t place = 0; place < places; ++place) {
    const auto owner = processes.at(place);
    if (owner && owner->is_gone()) {
      take_back(place, *owner);
    }
  }
}

void ConnectionCounts::take_back(std::size_t place, ProcessIdentity owner) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    for (std::size_t way = 0; way < kWays; ++way) {
      take_back(sets_[i], way, place, owner);
    }
  }
  ProcessTable{words_->processes}.leave(place, owner);
}

// Others may do the same, be ahead, and the place may have a new owner meanwhile. A share that was
// read before the owner was seen in its place is the old owner's, and its number is never had again
// by the new one (but after 65,536 takings, in the time of two instructions).
void ConnectionCounts::take_back(Set& set, std::size_t way, std::size_t place,
                                 ProcessIdentity owner) noexcept {
  const Version version{set.versions[way].load(std::memory_order_acquire)};
  if (version.process() == place && version.phase() == Phase::kTaking) {
    finish_taking(set, way, version.bits());
  }
  Share& share = set.holders[way].shares[place];
  std::uint32_t held = share.load(std::memory_order_acquire);
  const auto now = ProcessTable{words_->processes}.at(place);
  if (!now || now->bits() != owner.bits()) {
    return;
  }
  const std::uint16_t number = number_of(held);
  while (count_of(held) != 0 && number_of(held) == number &&
         !share.compare_exchange_weak(held, share_with(0, number))) {
  }
  if (version.process() == place && version.phase() == Phase::kReplacing) {
    std::uint64_t expected = version.bits();
    set.versions[way].compare_exchange_strong(expected, version.idle().bits());
  }
}

void ConnectionCounts::prefetch(const HashWords& token) const noexcept {
  fetch_ahead(&set_of(token).versions);
}

// A token that is not there gets the first holder, unless that has something under way.
void ConnectionCounts::prefetch_shares(const HashWords& token) const noexcept {
  const Set& set = set_of(token);
  std::size_t likely = 0;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (Version{set.versions[way].load(std::memory_order_relaxed)}.tag() == tag_of(token)) {
      likely = way;
    }
  }
  fetch_ahead(&set.holders[likely]);
}

auto ConnectionCounts::take(const HashWords& token, std::uint32_t limit, std::size_t place) noexcept
    -> Outcome {
  Set& set = set_of(token);
  for (;;) {
    if (const auto way = find(set, token)) {
      if (const auto result = try_take(set, *way, token, limit, place)) {
        return {*result, {index_of(set) * kWays + *way}};
      }
    } else if (!insert(set, token, place)) {
      words_->not_counted.fetch_add(1, std::memory_order_relaxed);
      return {};
    }
  }
}

auto ConnectionCounts::try_take(Set& set, std::size_t way, const HashWords& token,
                                std::uint32_t limit, std::size_t place) noexcept
    -> std::optional<Result> {
  Word& word = set.versions[way];
  const Version version{word.load(std::memory_order_acquire)};
  if (version.phase() == Phase::kTaking) {
    finish_taking(set, way, version.bits());
    return std::nullopt;
  }
  const Holder& holder = set.holders[way];
  if (version.phase() != Phase::kIdle || !holder.is(token)) {
    return std::nullopt;
  }
  if (sum(holder.shares) >= limit) {
    return word.load(std::memory_order_acquire) == version.bits() ? std::optional{Result::kRefused}
                                                                  : std::nullopt;
  }
  const auto number = static_cast<std::uint16_t>(
      number_of(holder.shares[place].load(std::memory_order_acquire)) + 1);
  const Version taking = version.taking(place, number);
  std::uint64_t expected = version.bits();
  if (!word.compare_exchange_strong(expected, taking.bits())) {
    return std::nullopt;
  }
  finish_taking(set, way, taking.bits());
  return Result::kTaken;
}

// The version is looked at after the share was read: if it is still the same then, that share was
// of its time, and the swap finds out whether it still is.
void ConnectionCounts::finish_taking(Set& set, std::size_t way, std::uint64_t version) noexcept {
  const Version taking{version};
  Share& share = set.holders[way].shares[taking.process()];
  std::uint32_t held = share.load(std::memory_order_acquire);
  for (;;) {
    if (set.versions[way].load(std::memory_order_acquire) != version) {
      return;
    }
    if (number_of(held) == taking.number() ||
        share.compare_exchange_weak(held, share_with(count_of(held) + 1, taking.number()))) {
      break;
    }
  }
  set.versions[way].compare_exchange_strong(version, taking.idle().bits());
}

// Not const: it changes the zone.
// NOLINTNEXTLINE(readability-make-member-function-const)
void ConnectionCounts::give_back(const Lease& lease, std::size_t place) noexcept {
  Share& share = share_of(lease, place);
  std::uint32_t held = share.load(std::memory_order_acquire);
  while (count_of(held) != 0 &&
         !share.compare_exchange_weak(held, share_with(count_of(held) - 1, number_of(held)))) {
  }
}

std::uint32_t ConnectionCounts::under_way(const HashWords& token) const noexcept {
  const Set& set = set_of(token);
  const auto way = find(set, token);
  return way ? sum(set.holders[*way].shares) : 0;
}

auto ConnectionCounts::set_of(const HashWords& token) const noexcept -> Set& {
  return sets_[token.place_among(count_)];
}

std::optional<std::size_t> ConnectionCounts::find(const Set& set, const HashWords& token) noexcept {
  for (std::size_t way = 0; way < kWays; ++way) {
    const Version version{set.versions[way].load(std::memory_order_acquire)};
    if (version.tag() == tag_of(token) && version.phase() != Phase::kReplacing &&
        set.holders[way].is(token)) {
      return way;
    }
  }
  return std::nullopt;
}

std::uint32_t ConnectionCounts::sum(const Shares& shares) const noexcept {
  const std::size_t places = ProcessTable{words_->processes}.ever_used();
  std::uint32_t sum = 0;
  for (std::size_t place = 0; place < places; ++place) {
    sum += count_of(shares[place].load(std::memory_order_acquire));
  }
  return sum;
}

bool ConnectionCounts::insert(Set& set, const HashWords& token, std::size_t place) noexcept {
  const InsertionGuard guard{words_->guards[index_of(set) % words_->guards.size()],
                             words_->tickets.fetch_add(1, std::memory_order_relaxed) + 1};
  if (find(set, token)) {
    return true;
  }
  for (std::size_t way = 0; way < kWays; ++way) {
    if (replace(set, way, token, place, guard)) {
      return true;
    }
  }
  return false;
}

// While a version says `replacing`, its process alone writes the token; whoever has read the old
// one fails at the version.
bool ConnectionCounts::replace(Set& set, std::size_t way, const HashWords& token, std::size_t place,
                               const InsertionGuard& guard) noexcept {
  Word& word = set.versions[way];
  Holder& holder = set.holders[way];
  const Version version{word.load(std::memory_order_acquire)};
  if (version.phase() != Phase::kIdle || sum(holder.shares) != 0) {
    return false;
  }
  const Version replacing = version.replacing(place, tag_of(token));
  std::uint64_t expected = version.bits();
  if (!word.compare_exchange_strong(expected, replacing.bits())) {
    return false;
  }
  // A guard that was lost: somebody else may be inserting the same token.
  const bool is_kept = guard.still_held();
  for (std::size_t i = 0; i < holder.token.size(); ++i) {
    holder.token[i].store(is_kept ? token.words()[kFirstOfToken + i] : 0,
                          std::memory_order_release);
  }
  expected = replacing.bits();
  word.compare_exchange_strong(expected, replacing.idle().bits());
  return true;
}

}  // namespace zenzefi::gateway
