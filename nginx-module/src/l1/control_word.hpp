// The word that says what a slot holds: [tag 16 | stamp 24 | generation 24].
//
//   empty    0
//   busy     tag 0xFFFF: the writer with that stamp is filling the slot
//   entry    tag 1..0xFFFE, a part of the token's hash; it is alive while its generation is that of
//            its set
//
// A stamp is drawn anew for every write, so two states of one slot never look alike until 2^24
// writes (over the whole zone) lie between them.
#pragma once

#include <cstdint>

namespace zenzefi::gateway {

class ControlWord {
 public:
  static constexpr std::uint64_t kStampMask = 0xFFFFFF;
  static constexpr std::uint64_t kGenerationMask = 0xFFFFFF;

  constexpr ControlWord() noexcept = default;
  constexpr explicit ControlWord(std::uint64_t bits) noexcept : bits_(bits) {}

  // `stamp` and `generation` are cut to their 24 bits.
  [[nodiscard]] static constexpr ControlWord entry(std::uint64_t tag_bits, std::uint64_t stamp,
                                                   std::uint64_t generation) noexcept {
    return make(1 + (tag_bits & 0xFFFF) % kTags, stamp, generation);
  }
  [[nodiscard]] static constexpr ControlWord busy(std::uint64_t stamp) noexcept {
    return make(kBusyTag, stamp, 0);
  }

  [[nodiscard]] constexpr std::uint64_t bits() const noexcept { return bits_; }
  [[nodiscard]] constexpr std::uint64_t stamp() const noexcept {
    return (bits_ >> kStampShift) & kStampMask;
  }
  [[nodiscard]] constexpr std::uint64_t generation() const noexcept {
    return bits_ & kGenerationMask;
  }
  [[nodiscard]] constexpr bool is_empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr bool is_busy() const noexcept { return bits_ >> kTagShift == kBusyTag; }
  [[nodiscard]] constexpr bool is_entry() const noexcept { return !is_empty() && !is_busy(); }

  [[nodiscard]] constexpr bool has_generation(std::uint64_t generation) const noexcept {
    return ((bits_ ^ generation) & kGenerationMask) == 0;
  }
  [[nodiscard]] constexpr bool same_tag(ControlWord other) const noexcept {
    return (bits_ ^ other.bits_) >> kTagShift == 0;
  }
  [[nodiscard]] constexpr bool same_tag_and_generation(ControlWord other) const noexcept {
    return ((bits_ ^ other.bits_) & ~(kStampMask << kStampShift)) == 0;
  }
  // Of the two generations the nearer way round decides, as with TCP's sequence numbers.
  [[nodiscard]] constexpr bool is_older_than(std::uint64_t generation) const noexcept {
    const std::uint64_t ahead = (generation - bits_) & kGenerationMask;
    return ahead != 0 && ahead <= kGenerationMask / 2;
  }
  // How many stamps were drawn between this one and the other, the nearer way round (modulo 2^24).
  [[nodiscard]] constexpr std::uint64_t distance(std::uint64_t other) const noexcept {
    const std::uint64_t ahead = (other - stamp()) & kStampMask;
    const std::uint64_t behind = (stamp() - other) & kStampMask;
    return ahead < behind ? ahead : behind;
  }

  [[nodiscard]] constexpr ControlWord with_generation(std::uint64_t generation) const noexcept {
    return ControlWord{(bits_ & ~kGenerationMask) | (generation & kGenerationMask)};
  }

  friend constexpr bool operator==(ControlWord, ControlWord) noexcept = default;

 private:
  static constexpr int kTagShift = 48;
  static constexpr int kStampShift = 24;
  static constexpr std::uint64_t kBusyTag = 0xFFFF;
  static constexpr std::uint64_t kTags = 0xFFFE;

  [[nodiscard]] static constexpr ControlWord make(std::uint64_t tag, std::uint64_t stamp,
                                                  std::uint64_t generation) noexcept {
    return ControlWord{tag << kTagShift | (stamp & kStampMask) << kStampShift |
                       (generation & kGenerationMask)};
  }

  std::uint64_t bits_ = 0;
};

}  // namespace zenzefi::gateway
