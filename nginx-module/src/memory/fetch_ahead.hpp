// Having the processor fetch memory that is needed soon, while it does something else.
#pragma once

namespace zenzefi::gateway {

// Of the cache line at `address`. The compiler takes a function that does nothing but this for one
// without effect, and leaves out calls of it, unless there is something in it that must stay.
[[gnu::always_inline]] inline void fetch_ahead(const void* address) noexcept {
  __builtin_prefetch(address);
  asm volatile("");
}

}  // namespace zenzefi::gateway
