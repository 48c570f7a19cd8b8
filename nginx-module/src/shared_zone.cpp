#include "shared_zone.hpp"

#include <algorithm>

namespace zenzefi::gateway {
namespace {

ngx_slab_pool_t& pool_of(const ngx_shm_zone_t& zone) noexcept {
  return *reinterpret_cast<ngx_slab_pool_t*>(zone.shm.addr);
}

// nginx puts a slab pool into every zone; L1 is the one thing allocated from it.
std::size_t area_size(const ngx_slab_pool_t& pool) noexcept {
  return static_cast<std::size_t>(pool.last - pool.pages) * ngx_pagesize;
}

ngx_int_t adopt(const ngx_shm_zone_t& zone) noexcept {
  if (open_zone(zone)) {
    return NGX_OK;
  }
  ngx_log_error(NGX_LOG_EMERG, zone.shm.log, 0,
                "access token zone \"%V\" was made by another version of the module: restart nginx",
                &zone.shm.name);
  return NGX_ERROR;
}

}  // namespace

std::size_t min_zone_size() noexcept {
  constexpr std::size_t kPagesOfPool = 4;
  constexpr std::size_t kSmallestOfNginx = 8;
  return std::max(L1Cache::min_size() + kPagesOfPool * ngx_pagesize,
                  kSmallestOfNginx * ngx_pagesize);
}

ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old) noexcept {
  ngx_slab_pool_t& pool = pool_of(*zone);
  zone->data = &pool;
  if (old != nullptr || zone->shm.exists != 0) {
    return adopt(*zone);
  }
  // Not ngx_slab_calloc(): fresh shared memory is zero, and untouched it costs nothing.
  void* area = ngx_slab_alloc(&pool, area_size(pool));
  if (area == nullptr || !L1Cache::format(area, area_size(pool))) {
    ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "access token zone \"%V\" is too small",
                  &zone->shm.name);
    return NGX_ERROR;
  }
  pool.data = area;
  return NGX_OK;
}

std::optional<L1Cache> open_zone(const ngx_shm_zone_t& zone) noexcept {
  const ngx_slab_pool_t& pool = pool_of(zone);
  return pool.data == nullptr ? std::nullopt : L1Cache::adopt(pool.data, area_size(pool));
}

}  // namespace zenzefi::gateway
