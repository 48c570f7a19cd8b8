#include "config.hpp"

#include "directives/source.hpp"
#include "uri_headers.hpp"

namespace zenzefi::gateway {
namespace {

// A mistake that only shows when all is read is reported where `access_token` stands.
char* complain(ngx_conf_t* cf, const LocationConf& conf, const char* what) noexcept {
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "\"access_token\" needs %s in %V:%ui", what, &conf.file,
                conf.line);
  return static_cast<char*>(NGX_CONF_ERROR);
}

char* check_status(ngx_conf_t* cf, const MainConf& main, const LocationConf& conf) noexcept {
  if (conf.status == kNoStatus || main.shm_zone != nullptr) {
    return NGX_CONF_OK;
  }
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                "\"access_token_status\" needs \"access_token_zone\" in %V:%ui", &conf.status_file,
                conf.status_line);
  return static_cast<char*>(NGX_CONF_ERROR);
}

bool remember(ngx_array_t& names, const ngx_str_t& name) noexcept {
  const auto* known = static_cast<const ngx_str_t*>(names.elts);
  for (ngx_uint_t i = 0; i < names.nelts; ++i) {
    if (view(known[i]) == view(name)) {
      return true;
    }
  }
  auto* added = static_cast<ngx_str_t*>(ngx_array_push(&names));
  if (added == nullptr) {
    return false;
  }
  *added = name;
  return true;
}

// `$arg_token` and the like, for which the source stands.
bool remember_variable(const MainConf& main, const Source& source) noexcept {
  const std::string_view prefix = source.kind == SourceKind::kHeader   ? "http_"
                                  : source.kind == SourceKind::kCookie ? "cookie_"
                                                                       : "arg_";
  ngx_array_t& names = *main.scrubbed_names;
  const std::size_t length = prefix.size() + source.name.len;
  auto* name = static_cast<u_char*>(ngx_pnalloc(names.pool, length));
  if (name == nullptr) {
    return false;
  }
  prefix.copy(reinterpret_cast<char*>(name), prefix.size());
  std::memcpy(name + prefix.size(), source.name.data, source.name.len);
  return remember(names, {length, name});
}

bool remember_source(const MainConf& main, const Source& source) noexcept {
  if (source.kind == SourceKind::kComplex) {
    return true;
  }
  return remember_variable(main, source) &&
         (source.kind != SourceKind::kArgument || remember(*main.argument_names, source.name));
}

std::uint64_t length_bit(std::string_view name) noexcept {
  return name.size() < 64 ? std::uint64_t{1} << name.size() : 0;
}

std::uint64_t header_lengths(const LocationConf& conf) noexcept {
  std::uint64_t bits = length_bit("x-user-id") | length_bit("x-token-id");
  for (const Source& source : conf.source_list()) {
    if (source.kind == SourceKind::kHeader) {
      bits |= length_bit(view(source.name));
    } else if (source.kind == SourceKind::kCookie) {
      bits |= length_bit("cookie");
    } else if (source.kind == SourceKind::kArgument) {
      for (const std::string_view name : kUriHeaders) {
        bits |= length_bit(name);
      }
    }
  }
  return bits;
}

char* check(ngx_conf_t* cf, MainConf& main, LocationConf& conf) noexcept {
  if (main.shm_zone == nullptr) {
    return complain(cf, conf, "\"access_token_zone\"");
  }
  if (conf.service.len == 0) {
    return complain(cf, conf, "\"access_token_service\"");
  }
  if (conf.usage && main.redis().empty()) {
    return complain(cf, conf, "\"access_token_redis\" for \"access_token_usage\"");
  }
  main.used = true;
  main.counts_usage = main.counts_usage || conf.usage;
  main.counts_connections = main.counts_connections || conf.connections != 0;
  for (const Source& source : conf.source_list()) {
    if (!remember_source(main, source)) {
      return static_cast<char*>(NGX_CONF_ERROR);
    }
  }
  return NGX_CONF_OK;
}

}  // namespace

void* create_main_conf(ngx_conf_t* cf) noexcept {
  void* memory = ngx_palloc(cf->pool, sizeof(MainConf));
  if (memory == nullptr) {
    return nullptr;
  }
  auto* conf = new (memory) MainConf{};
  conf->argument_names = ngx_array_create(cf->pool, 1, sizeof(ngx_str_t));
  conf->user_rates = ngx_array_create(cf->pool, 1, sizeof(RateLimit));
  conf->scrubbed_names = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
  conf->scrubbed_variables = ngx_array_create(cf->pool, 4, sizeof(ngx_uint_t));
  for (const ngx_array_t* array :
       {conf->argument_names, conf->user_rates, conf->scrubbed_names, conf->scrubbed_variables}) {
    if (array == nullptr) {
      return nullptr;
    }
  }
  return conf;
}

void* create_location_conf(ngx_conf_t* cf) noexcept {
  void* memory = ngx_palloc(cf->pool, sizeof(LocationConf));
  if (memory == nullptr) {
    return nullptr;
  }
  auto* conf = new (memory) LocationConf{};
  conf->mode = NGX_CONF_UNSET_UINT;
  conf->credentials = NGX_CONF_UNSET_UINT;
  conf->limit = static_cast<const LimitSettings*>(NGX_CONF_UNSET_PTR);
  conf->connections = NGX_CONF_UNSET_UINT;
  conf->stream_cut = NGX_CONF_UNSET;
  conf->usage = NGX_CONF_UNSET;
  return conf;
}

char* merge_location_conf(ngx_conf_t* cf, void* parent, void* child) noexcept {
  const auto& outer = *static_cast<const LocationConf*>(parent);
  auto& conf = *static_cast<LocationConf*>(child);
  if (conf.mode == NGX_CONF_UNSET_UINT) {
    conf.file = outer.file;
    conf.line = outer.line;
  }
  ngx_conf_merge_uint_value(conf.mode, outer.mode, kOff);
  ngx_conf_merge_uint_value(conf.credentials, outer.credentials, kScrub);
  ngx_conf_merge_ptr_value(conf.limit, outer.limit, nullptr);
  ngx_conf_merge_uint_value(conf.connections, outer.connections, 0);
  ngx_conf_merge_value(conf.stream_cut, outer.stream_cut, 1);
  ngx_conf_merge_value(conf.usage, outer.usage, 0);
  ngx_conf_merge_str_value(conf.service, outer.service, "");
  if (conf.sources == nullptr) {
    conf.sources = outer.sources != nullptr ? outer.sources : default_sources(cf->pool);
  }
  if (conf.sources == nullptr) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  conf.header_lengths = header_lengths(conf);
  auto& main =
      *static_cast<MainConf*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_access_token_module));
  if (char* problem = check_status(cf, main, conf); problem != NGX_CONF_OK) {
    return problem;
  }
  return conf.mode == kOff ? NGX_CONF_OK : check(cf, main, conf);
}

}  // namespace zenzefi::gateway
