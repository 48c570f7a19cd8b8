#include "shared_zone.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <utility>

#include "config.hpp"
#include "zone_memory.hpp"

namespace zenzefi::gateway {
namespace {

ngx_slab_pool_t& pool_of(const ngx_shm_zone_t& zone) noexcept {
  return *reinterpret_cast<ngx_slab_pool_t*>(zone.shm.addr);
}

ZoneMemory& memory_of(const ngx_shm_zone_t& zone) noexcept {
  return *static_cast<ZoneMemory*>(zone.data);
}

// nginx puts a slab pool into every zone; L1 is the one thing allocated from it. The pool itself
// has addresses of this nginx in it and stays where it is: it is the pages behind it that can be
// taken over.
std::size_t area_size(const ngx_slab_pool_t& pool) noexcept {
  return static_cast<std::size_t>(pool.last - pool.pages) * ngx_pagesize;
}

bool holds_l1(const ZoneMemory& memory, std::size_t size) noexcept {
  void* pages = memory.map_to_read(size);
  if (pages == nullptr) {
    return false;
  }
  const bool holds = L1Cache::adopt(pages, size).has_value();
  munmap(pages, size);
  return holds;
}

// What the old binary hands over, with all that is in it, and which the old workers go on using.
bool take_over(const ngx_shm_zone_t& zone, void* area, std::size_t size) noexcept {
  ZoneMemory inherited = ZoneMemory::inherited(view(zone.shm.name), size);
  if (!inherited) {
    return false;
  }
  if (!holds_l1(inherited, size) || !inherited.map_over(area, size)) {
    ngx_log_error(NGX_LOG_NOTICE, zone.shm.log, 0,
                  "access token zone \"%V\" of the old binary cannot be taken over: a new one",
                  &zone.shm.name);
    return false;
  }
  memory_of(zone) = std::move(inherited);
  return true;
}

bool make_new(const ngx_shm_zone_t& zone, void* area, std::size_t size) noexcept {
  ZoneMemory memory = ZoneMemory::create(size);
  if (memory.map_over(area, size)) {
    memory_of(zone) = std::move(memory);
  } else {
    ngx_log_error(NGX_LOG_WARN, zone.shm.log, ngx_errno,
                  "access token zone \"%V\" will not outlive an upgrade of the binary",
                  &zone.shm.name);
  }
  // Fresh memory is zero.
  return L1Cache::format(area, size).has_value();
}

// After a reload it is the old memory with all that is in it, which old workers go on using.
ngx_int_t keep(const ngx_shm_zone_t& zone, const ZoneMemory& old) noexcept {
  if (!open_zone(zone)) {
    ngx_log_error(
        NGX_LOG_EMERG, zone.shm.log, 0,
        "access token zone \"%V\" was made by another version of the module: restart nginx",
        &zone.shm.name);
    return NGX_ERROR;
  }
  memory_of(zone) = old.share();
  return NGX_OK;
}

// nginx's hook when it has the memory.
ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old) noexcept {
  if (old != nullptr) {
    return keep(*zone, *static_cast<const ZoneMemory*>(old));
  }
  ngx_slab_pool_t& pool = pool_of(*zone);
  const std::size_t size = area_size(pool);
  void* area = ngx_slab_alloc(&pool, size);
  if (area == nullptr || (!take_over(*zone, area, size) && !make_new(*zone, area, size))) {
    ngx_log_error(NGX_LOG_EMERG, zone->shm.log, 0, "access token zone \"%V\" is too small",
                  &zone->shm.name);
    return NGX_ERROR;
  }
  pool.data = area;
  return NGX_OK;
}

void forget(void* memory) noexcept {
  static_cast<ZoneMemory*>(memory)->~ZoneMemory();
}

}  // namespace

std::size_t min_zone_size() noexcept {
  constexpr std::size_t kPagesOfPool = 4;
  constexpr std::size_t kSmallestOfNginx = 8;
  return std::max(L1Cache::min_size() + kPagesOfPool * ngx_pagesize,
                  kSmallestOfNginx * ngx_pagesize);
}

ngx_shm_zone_t* add_zone(ngx_conf_t* cf, ngx_str_t& name, std::size_t size) noexcept {
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, sizeof(ZoneMemory));
  ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_access_token_module);
  if (cleanup == nullptr || zone == nullptr) {
    return nullptr;
  }
  zone->data = new (cleanup->data) ZoneMemory;
  cleanup->handler = &forget;
  zone->init = &init_zone;
  return zone;
}

ngx_int_t hand_over_zone(ngx_cycle_t* cycle) noexcept {
  const MainConf* conf = main_conf(*cycle);
  if (conf == nullptr || conf->shm_zone == nullptr) {
    return NGX_OK;
  }
  const ngx_shm_zone_t& zone = *conf->shm_zone;
  return memory_of(zone).hand_over(*cycle, view(zone.shm.name)) ? NGX_OK : NGX_ERROR;
}

std::optional<L1Cache> open_zone(const ngx_shm_zone_t& zone) noexcept {
  const std::span<std::byte> area = area_of(zone);
  return L1Cache::adopt(area.data(), area.size());
}

std::span<std::byte> area_of(const ngx_shm_zone_t& zone) noexcept {
  const ngx_slab_pool_t& pool = pool_of(zone);
  if (pool.data == nullptr) {
    return {};
  }
  return {static_cast<std::byte*>(pool.data), area_size(pool)};
}

}  // namespace zenzefi::gateway
