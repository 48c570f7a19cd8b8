#include "limits/connection_counts.hpp"

#include <cstring>

#include "l1/checksum.hpp"

namespace zenzefi::gateway {
namespace {

constexpr std::uint64_t kHashSeed = 0x63'6f'6e'6e'65'63'74;

enum class Phase : std::uint8_t { kIdle, kTaking, kReplacing };

class Version {
 public:
  explicit Version(std::uint64_t bits) noexcept : bits_(bits) {}

  [[nodiscard]] std::uint64_t bits() const noexcept { return bits_; }
  [[nodiscard]] Phase phase() const noexcept { return static_cast<Phase>(bits_ & 0xFF); }
  [[nodiscard]] std::size_t process() const noexcept { return bits_ >> 8 & 0xFF; }
  [[nodiscard]] std::uint16_t number() const noexcept {
    return static_cast<std::uint16_t>(bits_ >> 16);
  }
  [[nodiscard]] Version next(Phase phase, std::size_t process = 0,
                             std::uint16_t number = 0) const noexcept {
    const std::uint64_t sequence = (bits_ >> 32) + 1;
    return Version{sequence << 32 | std::uint64_t{number} << 16 | process << 8 |
                   static_cast<std::uint64_t>(phase)};
  }

 private:
  std::uint64_t bits_;
};

constexpr std::uint32_t count_of(std::uint32_t share) noexcept {
  return share >> 16;
}
constexpr std::uint16_t number_of(std::uint32_t share) noexcept {
  return static_cast<std::uint16_t>(share);
}
constexpr std::uint32_t share_of(std::uint32_t count, std::uint16_t number) noexcept {
  return count << 16 | number;
}

std::array<std::uint64_t, 2> words_of(const Uuid& id) noexcept {
  std::array<std::uint64_t, 2> words;
  static_assert(sizeof words == sizeof id.bytes);
  std::memcpy(words.data(), id.bytes.data(), sizeof words);
  return words;
}

}  // namespace

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
  Share& share = set.shares[way][place];
  std::uint32_t held = share.load(std::memory_order_acquire);
  const auto now = ProcessTable{words_->processes}.at(place);
  if (!now || now->bits() != owner.bits()) {
    return;
  }
  const std::uint16_t number = number_of(held);
  while (count_of(held) != 0 && number_of(held) == number &&
         !share.compare_exchange_weak(held, share_of(0, number))) {
  }
  if (version.process() == place && version.phase() == Phase::kReplacing) {
    std::uint64_t expected = version.bits();
    set.versions[way].compare_exchange_strong(expected, version.next(Phase::kIdle).bits());
  }
}

auto ConnectionCounts::take(const Uuid& token, std::uint32_t limit, std::size_t place) noexcept
    -> Outcome {
  const Token words = words_of(token);
  const std::size_t index = set_index(words);
  for (;;) {
    if (const auto way = find(sets_[index], words)) {
      if (auto outcome = try_take(sets_[index], *way, words, limit, place)) {
        outcome->lease.entry = index * kWays + *way;
        return *outcome;
      }
    } else if (!insert(index, words, place)) {
      words_->not_counted.fetch_add(1, std::memory_order_relaxed);
      return {};
    }
  }
}

auto ConnectionCounts::try_take(Set& set, std::size_t way, const Token& token, std::uint32_t limit,
                                std::size_t place) noexcept -> std::optional<Outcome> {
  Word& word = set.versions[way];
  const Version version{word.load(std::memory_order_acquire)};
  if (version.phase() == Phase::kTaking) {
    finish_taking(set, way, version.bits());
    return std::nullopt;
  }
  const auto& held = set.tokens[way];
  const bool is_its = held[0].load(std::memory_order_acquire) == token[0] &&
                      held[1].load(std::memory_order_acquire) == token[1];
  if (version.phase() != Phase::kIdle || !is_its) {
    return std::nullopt;
  }
  if (sum(set.shares[way]) >= limit) {
    return word.load(std::memory_order_acquire) == version.bits()
               ? std::optional{Outcome{Result::kRefused, {}}}
               : std::nullopt;
  }
  const auto number = static_cast<std::uint16_t>(
      number_of(set.shares[way][place].load(std::memory_order_acquire)) + 1);
  const Version taking = version.next(Phase::kTaking, place, number);
  std::uint64_t expected = version.bits();
  if (!word.compare_exchange_strong(expected, taking.bits())) {
    return std::nullopt;
  }
  finish_taking(set, way, taking.bits());
  return Outcome{Result::kTaken, {}};
}

// The version is looked at after the share was read: if it is still the same then, that share was
// of its time, and the swap finds out whether it still is.
void ConnectionCounts::finish_taking(Set& set, std::size_t way, std::uint64_t version) noexcept {
  const Version taking{version};
  Share& share = set.shares[way][taking.process()];
  std::uint32_t held = share.load(std::memory_order_acquire);
  for (;;) {
    if (set.versions[way].load(std::memory_order_acquire) != version) {
      return;
    }
    if (number_of(held) == taking.number() ||
        share.compare_exchange_weak(held, share_of(count_of(held) + 1, taking.number()))) {
      break;
    }
  }
  set.versions[way].compare_exchange_strong(version, taking.next(Phase::kIdle).bits());
}

// Not const: it changes the zone.
// NOLINTNEXTLINE(readability-make-member-function-const)
void ConnectionCounts::give_back(const Lease& lease, std::size_t place) noexcept {
  Share& share = sets_[lease.entry / kWays].shares[lease.entry % kWays][place];
  std::uint32_t held = share.load(std::memory_order_acquire);
  while (count_of(held) != 0 &&
         !share.compare_exchange_weak(held, share_of(count_of(held) - 1, number_of(held)))) {
  }
}

std::uint32_t ConnectionCounts::under_way(const Uuid& token) const noexcept {
  const Token words = words_of(token);
  const Set& set = sets_[set_index(words)];
  const auto way = find(set, words);
  return way ? sum(set.shares[*way]) : 0;
}

std::size_t ConnectionCounts::set_index(const Token& token) const noexcept {
  const std::uint64_t hash = Checksum{kHashSeed}.add(token).value();
  return static_cast<std::size_t>(((hash >> 32) * count_) >> 32);
}

std::optional<std::size_t> ConnectionCounts::find(const Set& set, const Token& token) noexcept {
  for (std::size_t way = 0; way < kWays; ++way) {
    if (set.tokens[way][0].load(std::memory_order_acquire) == token[0] &&
        set.tokens[way][1].load(std::memory_order_acquire) == token[1] &&
        Version{set.versions[way].load(std::memory_order_acquire)}.phase() != Phase::kReplacing) {
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

bool ConnectionCounts::insert(std::size_t set_index, const Token& token,
                              std::size_t place) noexcept {
  Set& set = sets_[set_index];
  const InsertionGuard guard{words_->guards[set_index % words_->guards.size()],
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
bool ConnectionCounts::replace(Set& set, std::size_t way, const Token& token, std::size_t place,
                               const InsertionGuard& guard) noexcept {
  Word& word = set.versions[way];
  const Version version{word.load(std::memory_order_acquire)};
  if (version.phase() != Phase::kIdle || sum(set.shares[way]) != 0) {
    return false;
  }
  const Version replacing = version.next(Phase::kReplacing, place);
  std::uint64_t expected = version.bits();
  if (!word.compare_exchange_strong(expected, replacing.bits())) {
    return false;
  }
  // A guard that was lost: somebody else may be inserting the same token.
  const Token kept = guard.still_held() ? token : Token{};
  set.tokens[way][0].store(kept[0], std::memory_order_release);
  set.tokens[way][1].store(kept[1], std::memory_order_release);
  expected = replacing.bits();
  word.compare_exchange_strong(expected, replacing.next(Phase::kIdle).bits());
  return true;
}

}  // namespace zenzefi::gateway
