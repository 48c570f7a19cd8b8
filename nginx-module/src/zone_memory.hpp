// The pages of a zone, in a form that a new nginx binary can take over from the old one (SIGUSR2).
// nginx's own shared memory is anonymous, and lost with exec().
//
//   old master: memfd ── exec, ACCESS_TOKEN_ZONE=descriptor:zone ──► new master: the same pages
//
// A memfd stands in no file system: nobody else can open it, and it is gone with the last process
// that has it. Both masters and all their workers use the pages at the same time, as old and new
// workers do in a reload.
#pragma once

#include <cstddef>
#include <string_view>

#include "ngx.hpp"

namespace zenzefi::gateway {

// Owns a descriptor, or none: where the kernel has no memfd, a zone does without. One for each
// reading of the configuration, so that each closes its own.
class ZoneMemory {
 public:
  ZoneMemory() noexcept = default;
  ~ZoneMemory();
  ZoneMemory(ZoneMemory&& other) noexcept;
  ZoneMemory& operator=(ZoneMemory&& other) noexcept;

  // Zeroed; up to 2 MiB larger, so that its end can be in a huge page, too.
  [[nodiscard]] static ZoneMemory create(std::size_t size) noexcept;
  // What the old binary has handed over, once: when nginx has just started. None if it is not of
  // this zone and size.
  [[nodiscard]] static ZoneMemory inherited(std::string_view zone, std::size_t size) noexcept;
  // The same memory once more.
  [[nodiscard]] ZoneMemory share() const noexcept;

  [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }

  // Puts it in the place of what is mapped at `area`, which then is lost, or stays when this fails.
  [[nodiscard]] bool map_over(void* area, std::size_t size) const noexcept;
  // Elsewhere, to read only; null when that fails. To be unmapped.
  [[nodiscard]] void* map_to_read(std::size_t size) const noexcept;

  // Sees to it that a binary started by this cycle's master inherits it. False when there is no
  // memory.
  [[nodiscard]] bool hand_over(ngx_cycle_t& cycle, std::string_view zone) const noexcept;

 private:
  explicit ZoneMemory(int descriptor) noexcept : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace zenzefi::gateway
