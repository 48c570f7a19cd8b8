#include "directives/zone.hpp"

#include "config.hpp"
#include "directives/parameters.hpp"
#include "shared_zone.hpp"

namespace zenzefi::gateway {
namespace {

constexpr std::chrono::seconds kNegative{2};
constexpr std::chrono::seconds kUnconfirmed{5};

struct NameAndSize {
  ngx_str_t name;
  std::size_t size = 0;
};

bool parse(ngx_conf_t* cf, const ngx_str_t& text, NameAndSize& out) noexcept {
  const std::size_t colon = view(text).find(':');
  if (colon == std::string_view::npos || colon == 0) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid zone \"%V\": it must be name:size", &text);
    return false;
  }
  out.name = {colon, text.data};
  ngx_str_t size{text.len - colon - 1, text.data + colon + 1};
  const ssize_t bytes = ngx_parse_size(&size);
  if (bytes == NGX_ERROR) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid zone size \"%V\"", &text);
    return false;
  }
  out.size = static_cast<std::size_t>(bytes);
  if (out.size < min_zone_size()) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "zone \"%V\" is too small: at least %uzk", &text,
                       (min_zone_size() + 1023) / 1024);
    return false;
  }
  return true;
}

}  // namespace

char* set_zone(ngx_conf_t* cf, ngx_command_t* /*command*/, void* main) noexcept {
  auto& conf = *static_cast<MainConf*>(main);
  if (conf.shm_zone != nullptr) {
    return const_cast<char*>("is duplicate");
  }
  conf.zone.negative = kNegative;
  conf.zone.unconfirmed = kUnconfirmed;
  const Parameter parameters[] = {
      {"negative", &set_duration, &conf.zone.negative},
      {"unconfirmed", &set_duration, &conf.zone.unconfirmed},
  };
  NameAndSize zone;
  if (!parse(cf, static_cast<ngx_str_t*>(cf->args->elts)[1], zone) ||
      !read_parameters(cf, parameters)) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  conf.zone.name = zone.name;
  conf.shm_zone = add_zone(cf, conf.zone.name, zone.size);
  return conf.shm_zone == nullptr ? static_cast<char*>(NGX_CONF_ERROR) : NGX_CONF_OK;
}

}  // namespace zenzefi::gateway
