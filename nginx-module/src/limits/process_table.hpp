// Which processes have a part in what a zone counts, so that the part of one that was killed can be
// told from the others', and taken back.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace zenzefi::gateway {

// A process as it can be told from a later one with the same number.
class ProcessIdentity {
 public:
  // Reads /proc: not while requests are served.
  [[nodiscard]] static ProcessIdentity of(pid_t pid) noexcept;
  [[nodiscard]] static ProcessIdentity from(std::uint64_t bits) noexcept {
    return ProcessIdentity{bits};
  }

  [[nodiscard]] std::uint64_t bits() const noexcept { return bits_; }
  [[nodiscard]] pid_t pid() const noexcept { return static_cast<pid_t>(bits_ >> 32); }
  // It has ended, and its parent has taken notice. A process of another user counts as alive unless
  // it was started at another time.
  [[nodiscard]] bool is_gone() const noexcept;

 private:
  explicit ProcessIdentity(std::uint64_t bits) noexcept : bits_(bits) {}

  // [pid 32 | time of its start, in clock ticks 32]
  std::uint64_t bits_;
};

// A view of words in the zone; cheap to copy. Thread-safe and safe across processes, lock-free.
class ProcessTable {
 public:
  // nginx's workers, those that still end their requests after a reload included. As many as fill
  // the cache lines of one of ConnectionCounts' entries.
  static constexpr std::size_t kCapacity = 76;

  using Word = std::atomic<std::uint64_t>;
  struct Words {
    // ProcessIdentity; 0 is free
    std::array<Word, kCapacity> processes;
    // the places beyond were never used
    Word ever_used;
  };

  explicit ProcessTable(Words& words) noexcept : words_(&words) {}

  // A place of one's own; empty when there is none left.
  [[nodiscard]] std::optional<std::size_t> join(ProcessIdentity self) noexcept;
  // The place is free for others, unless it is another's already.
  void leave(std::size_t place, ProcessIdentity self) noexcept;

  // Empty when the place is free.
  [[nodiscard]] std::optional<ProcessIdentity> at(std::size_t place) const noexcept;
  [[nodiscard]] std::size_t ever_used() const noexcept {
    return static_cast<std::size_t>(words_->ever_used.load(std::memory_order_seq_cst));
  }

 private:
  Words* words_;
};

}  // namespace zenzefi::gateway
