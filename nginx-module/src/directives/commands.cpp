#include "directives/commands.hpp"

#include <cstddef>

#include "config.hpp"
#include "directives/limits.hpp"
#include "directives/redis.hpp"
#include "directives/source.hpp"
#include "directives/status.hpp"
#include "directives/zone.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_uint_t kAnywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;

ngx_conf_enum_t modes[] = {
    {ngx_string("off"), kOff},
    {ngx_string("on"), kOn},
    {ngx_string("dry_run"), kDryRun},
    {ngx_null_string, 0},
};

ngx_conf_enum_t credentials[] = {
    {ngx_string("scrub"), kScrub},
    {ngx_string("pass"), kPass},
    {ngx_null_string, 0},
};

char* set_mode(ngx_conf_t* cf, ngx_command_t* command, void* location) noexcept {
  auto& conf = *static_cast<LocationConf*>(location);
  conf.file = cf->conf_file->file.name;
  conf.line = cf->conf_file->line;
  return ngx_conf_set_enum_slot(cf, command, location);
}

char* set_service(ngx_conf_t* cf, ngx_command_t* command, void* location) noexcept {
  char* result = ngx_conf_set_str_slot(cf, command, location);
  const auto& service = static_cast<LocationConf*>(location)->service;
  if (result == NGX_CONF_OK && !view(service).starts_with('/')) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid URI \"%V\": it must start with \"/\"",
                       &service);
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  return result;
}

}  // namespace

ngx_command_t commands[] = {
    {ngx_string("access_token"), kAnywhere | NGX_CONF_TAKE1, &set_mode, NGX_HTTP_LOC_CONF_OFFSET,
     offsetof(LocationConf, mode), modes},
    {ngx_string("access_token_source"), kAnywhere | NGX_CONF_1MORE, &set_sources,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("access_token_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_1MORE, &set_zone,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},
    {ngx_string("access_token_redis"), NGX_HTTP_MAIN_CONF | NGX_CONF_1MORE, &add_redis,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, nullptr},
    {ngx_string("access_token_service"), kAnywhere | NGX_CONF_TAKE1, &set_service,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, service), nullptr},
    {ngx_string("access_token_credentials"), kAnywhere | NGX_CONF_TAKE1, &ngx_conf_set_enum_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, credentials), credentials},
    {ngx_string("access_token_limit"), kAnywhere | NGX_CONF_1MORE, &set_limit,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("access_token_connections"), kAnywhere | NGX_CONF_TAKE1, &set_connections,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    {ngx_string("access_token_stream_cut"), kAnywhere | NGX_CONF_FLAG, &ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, stream_cut), nullptr},
    {ngx_string("access_token_usage"), kAnywhere | NGX_CONF_FLAG, &ngx_conf_set_flag_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(LocationConf, usage), nullptr},
    {ngx_string("access_token_status"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1,
     &set_status, NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    ngx_null_command,
};

}  // namespace zenzefi::gateway
