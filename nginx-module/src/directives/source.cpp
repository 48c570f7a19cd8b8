#include "directives/source.hpp"

#include "config.hpp"

namespace zenzefi::gateway {
namespace {

bool set_name(ngx_pool_t* pool, std::string_view name, ngx_str_t& out) noexcept {
  if (!copy(pool, name, out)) {
    return false;
  }
  ngx_strlow(out.data, out.data, out.len);
  return true;
}

Source* add_source(ngx_array_t& sources) noexcept {
  auto* source = static_cast<Source*>(ngx_array_push(&sources));
  if (source != nullptr) {
    *source = {};
  }
  return source;
}

bool compile(ngx_conf_t* cf, ngx_str_t& text, Source& source) noexcept {
  source.value = static_cast<ngx_http_complex_value_t*>(
      ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t)));
  if (source.value == nullptr) {
    return false;
  }
  ngx_http_compile_complex_value_t compilation{};
  compilation.cf = cf;
  compilation.value = &text;
  compilation.complex_value = source.value;
  return ngx_http_compile_complex_value(&compilation) == NGX_OK;
}

bool read_source(ngx_conf_t* cf, ngx_str_t& text, ngx_array_t& sources) noexcept {
  if (text.len == 0) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "empty value");
    return false;
  }
  Source* source = add_source(sources);
  if (source == nullptr) {
    return false;
  }
  const SourceName parsed = parse_source_name(view(text));
  source->kind = parsed.kind;
  return parsed.kind == SourceKind::kComplex ? compile(cf, text, *source)
                                             : set_name(cf->pool, parsed.name, source->name);
}

}  // namespace

char* set_sources(ngx_conf_t* cf, ngx_command_t* /*command*/, void* location) noexcept {
  auto& conf = *static_cast<LocationConf*>(location);
  if (conf.sources != nullptr) {
    return const_cast<char*>("is duplicate");
  }
  const ngx_uint_t count = cf->args->nelts - 1;
  if (count > kMaxSources) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "more than %uz values", kMaxSources);
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  conf.sources = ngx_array_create(cf->pool, count, sizeof(Source));
  if (conf.sources == nullptr) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
  for (ngx_uint_t i = 1; i <= count; ++i) {
    if (!read_source(cf, arguments[i], *conf.sources)) {
      return static_cast<char*>(NGX_CONF_ERROR);
    }
  }
  return NGX_CONF_OK;
}

ngx_array_t* default_sources(ngx_pool_t* pool) noexcept {
  ngx_array_t* sources = ngx_array_create(pool, 2, sizeof(Source));
  if (sources == nullptr) {
    return nullptr;
  }
  for (const std::string_view text : {"$http_x_access_token", "$cookie_zenzefi_access_token"}) {
    Source* source = add_source(*sources);
    if (source == nullptr) {
      return nullptr;
    }
    const SourceName parsed = parse_source_name(text);
    source->kind = parsed.kind;
    source->name = borrow(parsed.name);
  }
  return sources;
}

}  // namespace zenzefi::gateway
