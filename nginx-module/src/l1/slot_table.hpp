// A set-associative table of fixed-size slots in memory that processes share. Readers take no lock
// and write nothing but a time of last use; writers never wait for each other.
//
// Set of a token (chosen by its hash), all words std::atomic and lock-free:
//
//   line 0   8 control words (control_word.hpp)
//   line 1   generation, 8 times of last use
//   then     8 payloads: the whole hash (4 words), the value, a check
//
// What is promised, and what it rests on (docs/decisions/0001-lock-free-l1.md has the proofs):
//
// 1. A reader never takes a mixed payload. The check covers hash, value and the stamp of the write,
//    and the stamp stands in the control word: words of two writes, in whatever order they become
//    visible, do not fit together. No memory order is needed for this, so it holds for a writer
//    that was stopped in the middle and goes on later, too.
// 2. What was dropped stays dropped, also if its look-up was under way. An entry counts only while
//    its generation is that of its set. Only the drop() that moved the set from g to g + 1 may move
//    an entry from g to g + 1, and it does not do so for the token it drops.
// 3. A process can be killed anywhere. It leaves at worst one slot busy, and later writers take
//    that over.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "l1/checksum.hpp"
#include "l1/control_word.hpp"
#include "l1/hash_words.hpp"
#include "memory/fetch_ahead.hpp"

namespace zenzefi::gateway {

// The words that all sets of a table share; they live in the zone as well.
struct TableCounters {
  std::atomic<std::uint64_t> used;
  std::atomic<std::uint64_t> evicted;
};

// A view; owns nothing. `kValueWords`: size of a value. `kSetAlignment`: of a set in bytes, also
// what its size is rounded up to. All functions are thread-safe, also across processes, and return
// after a bounded number of steps.
template <std::size_t kValueWords, std::size_t kSetAlignment>
class SlotTable {
 public:
  static constexpr std::size_t kWays = 8;

  // value[0] is the value's end of life, in a unit of the caller's choice.
  using Value = std::array<std::uint64_t, kValueWords>;
  using Generation = std::uint64_t;

  struct Now {
    // in the unit of value[0]
    std::uint64_t life = 0;
    // seconds, for the order of last use
    std::uint32_t use = 0;
  };

  [[nodiscard]] static constexpr std::size_t size_of(std::size_t sets) noexcept {
    return sets * sizeof(Set);
  }
  [[nodiscard]] static constexpr std::size_t sets_within(std::size_t bytes) noexcept {
    const std::size_t sets = bytes / sizeof(Set);
    return sets < kMaxSets ? sets : kMaxSets;
  }

  // `memory` of size_of(sets) bytes, aligned to kSetAlignment, is zero (an empty table) or holds a
  // table of the same shape. `stamps` is a counter that all users of that memory share.
  SlotTable(void* memory, std::size_t sets, std::atomic<std::uint64_t>& stamps,
            TableCounters& counters) noexcept
      : sets_(static_cast<Set*>(memory)), count_(sets), stamps_(&stamps), counters_(&counters) {}

  [[nodiscard]] std::size_t slots() const noexcept { return count_ * kWays; }

  // Has the processor fetch what find() looks at first, while the caller does something else.
  void prefetch(const HashWords& key) const noexcept {
    const Set& set = set_of(key);
    fetch_ahead(&set.controls);
    fetch_ahead(&set.generation);
    prefetch_first_payload(set, key);
  }

  // The value, whether its life has ended or not. Marks it as used.
  [[nodiscard]] std::optional<Value> find(const HashWords& key, std::uint32_t use) noexcept;

  // Before the look-up whose answer put() is to store.
  [[nodiscard]] Generation generation(const HashWords& key) const noexcept {
    // acquire: what the caller asks next is asked after this was read
    return set_of(key).generation.load(std::memory_order_acquire);
  }

  // Replaces the token's own entry, or takes the place of, in this order: nothing, something
  // dropped, something whose life has ended, the least recently used. False, and nothing stored,
  // if the set is of another generation by now or others write to all its slots.
  bool put(const HashWords& key, const Value& value, Generation generation, Now now) noexcept;

  // See 2 above. Neighbours in the set stay. The generation that this has ended: of several that
  // drop at once each ends another.
  Generation drop(const HashWords& key) noexcept;

  // Removes what is stored now; what a look-up under way brings can still be stored.
  void erase(const HashWords& key) noexcept;

 private:
  using Word = std::atomic<std::uint64_t>;

  struct Payload {
    std::array<Word, 4> hash;
    std::array<Word, kValueWords> value;
    Word check;
  };
  struct alignas(kSetAlignment) Set {
    alignas(64) std::array<Word, kWays> controls;
    alignas(64) Word generation;
    std::array<std::atomic<std::uint32_t>, kWays> last_used;
    alignas(64) std::array<Payload, kWays> payloads;
  };
  // The slot a writer has chosen, and what it held then.
  struct Choice {
    std::size_t way = 0;
    ControlWord held;
    bool evicts = false;
  };
  // A write takes less time than so many others. Taking over from one that is only slow is harmless
  // (1 above).
  static constexpr std::uint64_t kAbandonedAfter = 4096;
  // A failed attempt means that somebody else has changed the slot meanwhile.
  static constexpr int kAttempts = 4;
  static constexpr std::size_t kMaxSets = 0xFFFFFFFF;

  static_assert(Word::is_always_lock_free);
  static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
  static_assert(sizeof(Word) == 8);
  static_assert(alignof(Word) == 8);
  static_assert(sizeof(Payload) == 8 * (4 + kValueWords + 1));
  static_assert(sizeof(Set) <= 128 * kWays, "at most 128 bytes a token, all in all");
  static_assert(kSetAlignment % 64 == 0);

  [[nodiscard]] Set& set_of(const HashWords& key) const noexcept {
    return sets_[key.place_among(count_)];
  }
  // Where a token is put if that is free (bits that are not in the tag), so that it can be fetched
  // together with the control words and not after them.
  [[nodiscard]] static std::size_t first_way(const HashWords& key) noexcept {
    return (key.tag_bits() >> 16) % kWays;
  }
  static void prefetch_first_payload(const Set& set, const HashWords& key) noexcept {
    const auto* payload = reinterpret_cast<const std::byte*>(&set.payloads[first_way(key)]);
    fetch_ahead(payload);
    fetch_ahead(payload + sizeof(Payload) - 1);
  }
  // Word by word into registers: what is kept in memory here is waited for when it is copied on.
  template <std::size_t kCount>
  [[nodiscard]] static std::array<std::uint64_t, kCount> load(
      const std::array<Word, kCount>& words) noexcept {
    return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      return std::array<std::uint64_t, kCount>{words[kIndex].load(std::memory_order_relaxed)...};
    }
    (std::make_index_sequence<kCount>());
  }
  [[nodiscard]] static std::optional<Value> read(const Payload& payload, const HashWords& key,
                                                 std::uint64_t stamp) noexcept;
  static void write(Payload& payload, const HashWords& key, const Value& value,
                    std::uint64_t stamp) noexcept;
  [[nodiscard]] static bool holds(const Payload& payload, const HashWords& key) noexcept;
  [[nodiscard]] static std::optional<Choice> choose_own_or_free(const Set& set,
                                                                const HashWords& key,
                                                                ControlWord wanted) noexcept;
  [[nodiscard]] static std::optional<Choice> choose_victim(const Set& set,
                                                           std::uint64_t life) noexcept;
  [[nodiscard]] bool take(Set& set, const Choice& choice, ControlWord busy) noexcept;
  // kWays leaves out none.
  void erase_except(std::size_t except, Set& set, const HashWords& key) noexcept;
  bool clear(Word& control, ControlWord held) noexcept;

  Set* sets_;
  std::size_t count_;
  Word* stamps_;
  TableCounters* counters_;
};

}  // namespace zenzefi::gateway

#include "l1/slot_table_impl.hpp"
