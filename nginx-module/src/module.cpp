// What nginx calls, and when.
#include <algorithm>

#include "access.hpp"
#include "capture.hpp"
#include "config.hpp"
#include "directives/commands.hpp"
#include "remembered_variables.hpp"
#include "response_filter.hpp"
#include "scrub.hpp"
#include "shared_zone.hpp"
#include "variables.hpp"
#include "worker.hpp"

namespace zenzefi::gateway {
namespace {

bool add_handler(ngx_http_core_main_conf_t& core, ngx_http_phases phase,
                 ngx_http_handler_pt handler) noexcept {
  auto* added = static_cast<ngx_http_handler_pt*>(ngx_array_push(&core.phases[phase].handlers));
  if (added == nullptr) {
    return false;
  }
  *added = handler;
  return true;
}

// A phase runs its handlers from the last to the first. Ours is the dearest, so it runs after
// allow, deny and auth_basic.
void run_last(ngx_array_t& handlers) noexcept {
  auto* first = static_cast<ngx_http_handler_pt*>(handlers.elts);
  std::rotate(first, first + handlers.nelts - 1, first + handlers.nelts);
}

ngx_int_t add_handlers(ngx_conf_t* cf) noexcept {
  const auto& conf = *static_cast<const MainConf*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_access_token_module));
  if (!conf.used) {
    return NGX_OK;
  }
  auto& core = *static_cast<ngx_http_core_main_conf_t*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  if (conf.argument_names->nelts != 0 &&
      !add_handler(core, NGX_HTTP_POST_READ_PHASE, &mask_request_line)) {
    return NGX_ERROR;
  }
  if (!add_handler(core, NGX_HTTP_PREACCESS_PHASE, &capture) ||
      !add_handler(core, NGX_HTTP_ACCESS_PHASE, &check_access)) {
    return NGX_ERROR;
  }
  if (conf.counts_usage || conf.counts_connections) {
    filter_responses();
  }
  run_last(core.phases[NGX_HTTP_ACCESS_PHASE].handlers);
  return find_scrubbed_variables(cf) ? NGX_OK : NGX_ERROR;
}

ngx_http_module_t hooks = {
    &add_variables,         // before the configuration is read
    &add_handlers,          // after it was read
    &create_main_conf,      //
    nullptr,                // init_main_conf
    nullptr,                // create_srv_conf
    nullptr,                // merge_srv_conf
    &create_location_conf,  //
    &merge_location_conf,
};

}  // namespace
}  // namespace zenzefi::gateway

constinit ngx_module_t ngx_http_access_token_module = {
    NGX_MODULE_V1,
    &zenzefi::gateway::hooks,
    zenzefi::gateway::commands,
    NGX_HTTP_MODULE,
    nullptr,                            // init_master
    &zenzefi::gateway::hand_over_zone,  // init_module
    &zenzefi::gateway::init_worker,     // init_process
    nullptr,                            // init_thread
    nullptr,                            // exit_thread
    &zenzefi::gateway::exit_worker,     // exit_process
    nullptr,                            // exit_master
    NGX_MODULE_V1_PADDING,
};
