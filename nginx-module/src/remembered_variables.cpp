#include "remembered_variables.hpp"

#include <algorithm>
#include <span>

#include "config.hpp"
#include "uri_headers.hpp"

namespace zenzefi::gateway {
namespace {

// Beside those of the sources.
constexpr std::string_view kAlwaysScrubbed[] = {"request",        "request_uri", "args",
                                                "query_string",   "http_cookie", "http_x_user_id",
                                                "http_x_token_id"};

bool is_variable_of(std::string_view header, std::string_view name) noexcept {
  constexpr std::string_view kPrefix = "http_";
  return name.starts_with(kPrefix) && name.substr(kPrefix.size()) == header;
}

bool shows_scrubbed(const MainConf& conf, std::string_view name) noexcept {
  const std::span<const ngx_str_t> of_sources{
      static_cast<const ngx_str_t*>(conf.scrubbed_names->elts), conf.scrubbed_names->nelts};
  if (std::any_of(kUriHeaders.begin(), kUriHeaders.end(),
                  [&](std::string_view header) { return is_variable_of(header, name); })) {
    return true;
  }
  return std::find(std::begin(kAlwaysScrubbed), std::end(kAlwaysScrubbed), name) !=
             std::end(kAlwaysScrubbed) ||
         std::any_of(of_sources.begin(), of_sources.end(),
                     [&](const ngx_str_t& known) { return view(known) == name; });
}

}  // namespace

bool find_scrubbed_variables(ngx_conf_t* cf) noexcept {
  const auto& conf = *static_cast<const MainConf*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_access_token_module));
  const auto& core = *static_cast<const ngx_http_core_main_conf_t*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
  const auto* variables = static_cast<const ngx_http_variable_t*>(core.variables.elts);
  for (ngx_uint_t index = 0; index < core.variables.nelts; ++index) {
    if (!shows_scrubbed(conf, view(variables[index].name))) {
      continue;
    }
    auto* added = static_cast<ngx_uint_t*>(ngx_array_push(conf.scrubbed_variables));
    if (added == nullptr) {
      return false;
    }
    *added = index;
  }
  return true;
}

void forget_scrubbed_variables(ngx_http_request_t* r) noexcept {
  const ngx_array_t& indices = *main_conf(r).scrubbed_variables;
  const auto* index = static_cast<const ngx_uint_t*>(indices.elts);
  for (ngx_uint_t i = 0; i < indices.nelts; ++i) {
    r->variables[index[i]].valid = 0;
    r->variables[index[i]].not_found = 0;
  }
}

}  // namespace zenzefi::gateway
