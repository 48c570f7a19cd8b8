// The shared memory that L1 lives in.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "l1/cache.hpp"
#include "ngx.hpp"

namespace zenzefi::gateway {

[[nodiscard]] std::size_t min_zone_size() noexcept;

// Null, and the mistake is logged, when nginx cannot have it.
[[nodiscard]] ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t& name, std::size_t size) noexcept;

// nginx's hook when the configuration is in effect: a new binary is to find the zone again.
ngx_int_t hand_over_zone(ngx_cycle_t* cycle) noexcept;

// Empty when the memory holds no zone of ours.
[[nodiscard]] std::optional<L1Cache> open_zone(const ngx_shm_zone_t& zone) noexcept;
// Where in the zone L1 is; empty when it is nowhere.
[[nodiscard]] std::span<std::byte> area_of(const ngx_shm_zone_t& zone) noexcept;

}  // namespace zenzefi::gateway
