// The shared memory that L1 lives in.
#pragma once

#include <cstddef>
#include <optional>

#include "l1/cache.hpp"
#include "ngx.hpp"

namespace zenzefi::gateway {

[[nodiscard]] std::size_t min_zone_size() noexcept;

// nginx's hook when it has the memory. After a reload it is the old memory with all that is in it,
// which old workers go on using.
ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old) noexcept;

// Empty when the memory holds no zone of ours.
[[nodiscard]] std::optional<L1Cache> open_zone(const ngx_shm_zone_t& zone) noexcept;

}  // namespace zenzefi::gateway
