#include "directives/status.hpp"

#include "config.hpp"
#include "status/status_page.hpp"

namespace zenzefi::gateway {
namespace {

bool read_form(std::string_view text, ngx_uint_t& form) noexcept {
  if (text == "prometheus") {
    form = kPrometheus;
  } else if (text == "json") {
    form = kJson;
  } else {
    return false;
  }
  return true;
}

}  // namespace

char* set_status(ngx_conf_t* cf, ngx_command_t* /*command*/, void* location) noexcept {
  auto& conf = *static_cast<LocationConf*>(location);
  if (conf.status != kNoStatus) {
    return const_cast<char*>("is duplicate");
  }
  conf.status = kPrometheus;
  const auto* arguments = static_cast<const ngx_str_t*>(cf->args->elts);
  if (cf->args->nelts > 1 && !read_form(view(arguments[1]), conf.status)) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid form \"%V\": it must be \"prometheus\" or \"json\"", &arguments[1]);
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  conf.status_file = cf->conf_file->file.name;
  conf.status_line = cf->conf_file->line;
  auto* core = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  core->handler = &send_status;
  return NGX_CONF_OK;
}

}  // namespace zenzefi::gateway
