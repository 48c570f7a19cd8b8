#include "zone_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <utility>

#include "memory/huge_view.hpp"

namespace zenzefi::gateway {
namespace {

constexpr char kVariable[] = "ACCESS_TOKEN_ZONE";
// Whoever maps it can rely on its size: a shorter one would be a SIGBUS.
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

// Whatever else has the descriptor's number is not.
bool is_sealed(int descriptor) noexcept {
  const int seals = fcntl(descriptor, F_GET_SEALS);
  return seals >= 0 && (seals & kSeals) == kSeals;
}

bool is_for(int descriptor, std::size_t size) noexcept {
  struct stat status {};
  return fstat(descriptor, &status) == 0 &&
         static_cast<std::size_t>(status.st_size) == with_whole_huge_pages(size);
}

}  // namespace

ZoneMemory::~ZoneMemory() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

ZoneMemory::ZoneMemory(ZoneMemory&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ZoneMemory& ZoneMemory::operator=(ZoneMemory&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

ZoneMemory ZoneMemory::create(std::size_t size) noexcept {
  ZoneMemory memory{memfd_create("access_token_zone", MFD_ALLOW_SEALING)};
  if (!memory || fchmod(memory.descriptor_, S_IRUSR | S_IWUSR) != 0 ||
      // Not ftruncate(): memory the machine does not have would be a SIGBUS in a worker.
      posix_fallocate(memory.descriptor_, 0, static_cast<off_t>(with_whole_huge_pages(size))) !=
          0 ||
      fcntl(memory.descriptor_, F_ADD_SEALS, kSeals) != 0) {
    return {};
  }
  return memory;
}

ZoneMemory ZoneMemory::inherited(std::string_view zone, std::size_t size) noexcept {
  const char* value = std::getenv(kVariable);
  if (value == nullptr || ngx_inherited == 0 || !ngx_is_init_cycle(ngx_cycle)) {
    return {};
  }
  const std::string_view text{value};
  int descriptor = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), descriptor);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || !is_sealed(descriptor)) {
    return {};
  }
  ZoneMemory memory{descriptor};
  const bool fits = rest.starts_with(':') && rest.substr(1) == zone && is_for(descriptor, size);
  return fits ? std::move(memory) : ZoneMemory{};
}

ZoneMemory ZoneMemory::share() const noexcept {
  return ZoneMemory{descriptor_ < 0 ? -1 : dup(descriptor_)};
}

bool ZoneMemory::map_over(void* area, std::size_t size) const noexcept {
  return descriptor_ >= 0 && mmap(area, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                                  descriptor_, 0) != MAP_FAILED;
}

void* ZoneMemory::map_to_read(std::size_t size) const noexcept {
  void* memory =
      descriptor_ < 0 ? MAP_FAILED : mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor_, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

// As the directive `env` does it: what stands there goes to workers and new binaries.
bool ZoneMemory::hand_over(ngx_cycle_t& cycle, std::string_view zone) const noexcept {
  if (descriptor_ < 0) {
    return true;
  }
  auto& core = *reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(cycle.conf_ctx, ngx_core_module));
  const ngx_str_t name = borrow(zone);
  const std::size_t length = sizeof(kVariable) + NGX_INT32_LEN + 1 + zone.size() + 1;
  auto* text = static_cast<u_char*>(ngx_pnalloc(cycle.pool, length));
  auto* variable = static_cast<ngx_str_t*>(ngx_array_push(&core.env));
  if (text == nullptr || variable == nullptr) {
    return false;
  }
  ngx_sprintf(text, "%s=%d:%V%Z", kVariable, descriptor_, &name);
  *variable = {sizeof(kVariable) - 1, text};
  return true;
}

}  // namespace zenzefi::gateway
