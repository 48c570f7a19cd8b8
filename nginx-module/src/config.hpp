// What the directives say. Built when nginx reads its configuration, in the cycle's pool; constant
// afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "limits/rate_limiter.hpp"
#include "ngx.hpp"
#include "text/source_name.hpp"

namespace zenzefi::gateway {

// access_token_zone
struct ZoneSettings {
  ngx_str_t name;
  // how long a refusal is remembered
  std::chrono::milliseconds negative;
  // how long a grant may be served after it was last confirmed
  std::chrono::milliseconds unconfirmed;
};

// One address that an access_token_redis directive names, and how to speak with the server there.
struct RedisEndpoint {
  sockaddr* address;
  socklen_t address_length;
  ngx_str_t text;      // the address for logs: `127.0.0.1:6379`, `unix:/run/redis.sock`
  ngx_str_t password;  // followed by a NUL; empty: no AUTH
  ngx_uint_t db;
  ngx_msec_t connect_timeout;
  ngx_msec_t timeout;  // of one command
};

// In the order in which they are to be tried; empty when there is no access_token_redis.
using RedisSettings = std::span<const RedisEndpoint>;

struct MainConf {
  ngx_shm_zone_t* shm_zone;  // null without access_token_zone
  ZoneSettings zone;
  ngx_array_t* redis_endpoints;  // of RedisEndpoint; null without access_token_redis
  // Of all access_token_limit by user, each rate once; of RateLimit.
  ngx_array_t* user_rates;
  // Some location is on or dry_run: without one, nothing is started.
  bool used;
  bool counts_usage;        // some of these has access_token_usage on
  bool counts_connections;  // or access_token_connections
  // Names of all $arg_NAME sources, of ngx_str_t: masked in `$request` for every request, wherever
  // it goes.
  ngx_array_t* argument_names;
  // Variables that show what scrubbing removes and that nginx remembers once they were read: names,
  // of ngx_str_t, and their places in `ngx_http_request_t::variables`, of ngx_uint_t.
  ngx_array_t* scrubbed_names;
  ngx_array_t* scrubbed_variables;

  [[nodiscard]] std::span<const RateLimit> rates_by_user() const noexcept {
    return {static_cast<const RateLimit*>(user_rates->elts), user_rates->nelts};
  }
  [[nodiscard]] RedisSettings redis() const noexcept {
    if (redis_endpoints == nullptr) {
      return {};
    }
    return {static_cast<const RedisEndpoint*>(redis_endpoints->elts), redis_endpoints->nelts};
  }
};

inline constexpr std::size_t kMaxSources = 8;

enum Mode : ngx_uint_t { kOff, kOn, kDryRun };
enum StatusForm : ngx_uint_t { kNoStatus, kPrometheus, kJson };
enum Credentials : ngx_uint_t { kScrub, kPass };

// One value of access_token_source.
struct Source {
  SourceKind kind;
  ngx_str_t name;                   // lower case, `_` for `-`; empty for kComplex
  ngx_http_complex_value_t* value;  // of kComplex
};

enum LimitKey : ngx_uint_t { kByUser, kByToken };

// access_token_limit
struct LimitSettings {
  RateLimit rate;
  LimitKey key;
};

struct LocationConf {
  ngx_uint_t mode;             // Mode
  ngx_uint_t credentials;      // Credentials
  ngx_str_t service;           // the URI of the location that passes to the auth service
  ngx_array_t* sources;        // of Source
  const LimitSettings* limit;  // null without access_token_limit
  ngx_uint_t connections;      // access_token_connections; 0 without
  ngx_flag_t stream_cut;       // access_token_stream_cut
  ngx_flag_t usage;            // access_token_usage
  ngx_uint_t status;           // StatusForm: access_token_status, which is not inherited
  // Bit n: a header whose name is n bytes long may be of interest. Names of 64 bytes and more are
  // always compared.
  std::uint64_t header_lengths;
  // Where `access_token` stands, for what can only be checked when everything is read.
  ngx_str_t file;
  ngx_uint_t line;
  // Likewise of `access_token_status`.
  ngx_str_t status_file;
  ngx_uint_t status_line;

  [[nodiscard]] std::span<const Source> source_list() const noexcept {
    return {static_cast<const Source*>(sources->elts), sources->nelts};
  }
  [[nodiscard]] bool may_matter(std::size_t header_name_length) const noexcept {
    return header_name_length >= 64 || (header_lengths >> header_name_length & 1) != 0;
  }
};

[[nodiscard]] inline const LocationConf& location_conf(const ngx_http_request_t* r) noexcept {
  return *static_cast<const LocationConf*>(
      ngx_http_get_module_loc_conf(r, ngx_http_access_token_module));
}

[[nodiscard]] inline const MainConf& main_conf(const ngx_http_request_t* r) noexcept {
  return *static_cast<const MainConf*>(
      ngx_http_get_module_main_conf(r, ngx_http_access_token_module));
}

// Null when that cycle has no http { }.
[[nodiscard]] inline const MainConf* main_conf(const ngx_cycle_t& cycle) noexcept {
  const auto* http =
      reinterpret_cast<ngx_http_conf_ctx_t*>(ngx_get_conf(cycle.conf_ctx, ngx_http_module));
  return http == nullptr ? nullptr
                         : static_cast<const MainConf*>(
                               http->main_conf[ngx_http_access_token_module.ctx_index]);
}

void* create_main_conf(ngx_conf_t* cf) noexcept;
void* create_location_conf(ngx_conf_t* cf) noexcept;
char* merge_location_conf(ngx_conf_t* cf, void* parent, void* child) noexcept;

}  // namespace zenzefi::gateway
