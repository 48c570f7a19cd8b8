// How many requests and streams of one token are under way, over all processes.
//
// A token's count is the sum of its shares, one for each process, so that the share of a process
// that was killed can be taken back. Exact without a lock, because taking one is decided by a
// single compare-and-swap on the token's version word, and finished by whoever comes first:
//
//   version  [sequence 32 | number 16 | tag 7 | process 7 | phase 2]
//   share    [count 16 | number 16]   of one process; number: of the taking counted last
//
// The versions of a set are one cache line, and tell by a tag, bits of the token's hash, where to
// look for it; a token and the shares of the first 12 processes are another.
//
//   1  read the version, idle; sum the shares; at the limit: refused
//   2  version: idle ─► taking(number = that of the own share + 1, process)
//      Since 1 nobody has taken one, or this would fail; that some were given back does no harm.
//   3  share: [count + 1 | number], if its number is not that one yet
//   4  version: taking ─► idle
//
// Who finds a version in phase `taking` does 3 and 4 for its owner first, so a process can be
// killed anywhere: either its taking counts, in its own share, or it never happened.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "l1/hash_words.hpp"
#include "limits/insertion_guard.hpp"
#include "limits/process_table.hpp"
#include "memory/fetch_ahead.hpp"

namespace zenzefi::gateway {

// A view; owns nothing, cheap to copy. All functions are thread-safe, also across processes, and
// never allocate. What a place of the process table stands for (a process, in tests a thread) does
// one thing at a time.
class ConnectionCounts {
 public:
  static constexpr std::size_t kWays = 8;

  // One that is under way. To be given back once, by the place that took it.
  struct Lease {
    std::size_t entry = 0;
  };
  enum class Result : std::uint8_t {
    kTaken,
    kRefused,
    // As many tokens as there is room for have something under way: this one is not counted.
    kNoRoom,
  };
  struct Outcome {
    Result result = Result::kNoRoom;
    Lease lease;  // of kTaken
  };

  using Word = std::atomic<std::uint64_t>;
  // What all sets share; lives in the zone as well.
  struct Words {
    std::array<Word, 64> guards;
    Word tickets;
    Word not_counted;
    ProcessTable::Words processes;
  };

  [[nodiscard]] static constexpr std::size_t size_of(std::size_t sets) noexcept {
    return sets * sizeof(Set);
  }
  [[nodiscard]] static constexpr std::size_t sets_within(std::size_t bytes) noexcept {
    const std::size_t sets = bytes / sizeof(Set);
    return sets < kMaxSets ? sets : kMaxSets;
  }

  // `memory` of size_of(sets) bytes, aligned to 64, is zero (nothing under way) or holds such sets.
  ConnectionCounts(void* memory, std::size_t sets, Words& words) noexcept
      : sets_(static_cast<Set*>(memory)), count_(sets), words_(&words) {}

  // A place for this process, after what ended processes had is given back. Empty when all places
  // are taken. Not while requests are served: it walks through the table once for each that ended.
  [[nodiscard]] std::optional<std::size_t> join(ProcessIdentity self) noexcept;
  // Gives back all that is still under way, and the place.
  void leave(std::size_t place, ProcessIdentity self) noexcept;
  // Takes back the shares of processes that have ended. Idempotent; any number may do it at once.
  void sweep() noexcept;

  // Has the processor fetch what take() looks at first, and, once that is there, what it looks at
  // then, while the caller does something else.
  void prefetch(const HashWords& token) const noexcept;
  void prefetch_shares(const HashWords& token) const noexcept;

  // `limit`: 1 to 65535. kNoRoom counts in not_counted().
  [[nodiscard]] Outcome take(const HashWords& token, std::uint32_t limit,
                             std::size_t place) noexcept;
  // And likewise what give_back() looks at.
  void prefetch(const Lease& lease, std::size_t place) const noexcept {
    fetch_ahead(&share_of(lease, place));
  }
  void give_back(const Lease& lease, std::size_t place) noexcept;

  [[nodiscard]] std::uint32_t under_way(const HashWords& token) const noexcept;

  [[nodiscard]] std::size_t capacity() const noexcept { return count_ * kWays; }
  [[nodiscard]] std::uint64_t not_counted() const noexcept {
    return words_->not_counted.load(std::memory_order_relaxed);
  }

 private:
  using Share = std::atomic<std::uint32_t>;
  using Shares = std::array<Share, ProcessTable::kCapacity>;

  struct alignas(64) Holder {
    // the half of the hash that chooses neither set nor tag
    std::array<Word, 2> token;
    Shares shares;

    [[nodiscard]] bool is(const HashWords& wanted) const noexcept;
  };
  struct alignas(64) Set {
    std::array<Word, kWays> versions;
    std::array<Holder, kWays> holders;
  };
  static constexpr std::size_t kMaxSets = 0xFFFFFFFF / kWays;

  static_assert(Word::is_always_lock_free);
  static_assert(Share::is_always_lock_free);
  static_assert(sizeof(Set) == 64 + kWays * 320);

  [[nodiscard]] Set& set_of(const HashWords& token) const noexcept;
  [[nodiscard]] static std::optional<std::size_t> find(const Set& set,
                                                       const HashWords& token) noexcept;
  [[nodiscard]] std::uint32_t sum(const Shares& shares) const noexcept;

  // Empty when somebody else was first, and it is to be tried again.
  [[nodiscard]] std::optional<Result> try_take(Set& set, std::size_t way, const HashWords& token,
                                               std::uint32_t limit, std::size_t place) noexcept;
  static void finish_taking(Set& set, std::size_t way, std::uint64_t version) noexcept;
  // An entry for the token; false when there is no room for one.
  [[nodiscard]] bool insert(Set& set, const HashWords& token, std::size_t place) noexcept;
  [[nodiscard]] bool replace(Set& set, std::size_t way, const HashWords& token, std::size_t place,
                             const InsertionGuard& guard) noexcept;
  void take_back(std::size_t place, ProcessIdentity owner) noexcept;
  void take_back(Set& set, std::size_t way, std::size_t place, ProcessIdentity owner) noexcept;
  [[nodiscard]] Share& share_of(const Lease& lease, std::size_t place) const noexcept {
    return sets_[lease.entry / kWays].holders[lease.entry % kWays].shares[place];
  }
  [[nodiscard]] std::size_t index_of(const Set& set) const noexcept {
    return static_cast<std::size_t>(&set - sets_);
  }

  Set* sets_;
  std::size_t count_;
  Words* words_;
};

}  // namespace zenzefi::gateway
