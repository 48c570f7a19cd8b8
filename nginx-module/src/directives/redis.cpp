#include "directives/redis.hpp"

#include "config.hpp"
#include "directives/parameters.hpp"
#include "directives/password_file.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_msec_t kConnectTimeout = 1000;
constexpr ngx_msec_t kTimeout = 500;
constexpr in_port_t kDefaultPort = 6379;
constexpr std::string_view kScheme = "redis://";
constexpr std::string_view kUnixScheme = "unix:";

bool report_url(ngx_conf_t* cf, const char* what, const ngx_str_t& url) noexcept {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in Redis URL \"%V\"", what, &url);
  return false;
}

// It must not be shown, not even in an error message.
bool report_credentials(ngx_conf_t* cf) noexcept {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                     "credentials in a Redis URL: \"password_file=\" is the place for them");
  return false;
}

// Resolves a host name, which may block: configuration is the one time when it may.
bool parse_url(ngx_conf_t* cf, const ngx_str_t& text, ngx_url_t& url) noexcept {
  url = {};
  url.url = text;
  url.default_port = kDefaultPort;
  if (view(text).starts_with(kScheme)) {
    url.url.data += kScheme.size();
    url.url.len -= kScheme.size();
  } else if (!view(text).starts_with(kUnixScheme)) {
    return report_url(cf, "neither \"redis://\" nor \"unix:\"", text);
  }
  if (url.url.len == 0) {
    return report_url(cf, "no host", text);
  }
  if (view(url.url).find('@') != std::string_view::npos) {
    return report_credentials(cf);
  }
  if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
    return report_url(cf, url.err == nullptr ? "mistake" : url.err, text);
  }
  return url.wildcard == 0 || report_url(cf, "no host", text);
}

bool add_endpoints(const ngx_url_t& url, const RedisEndpoint& settings,
                   ngx_array_t& endpoints) noexcept {
  for (ngx_uint_t i = 0; i < url.naddrs; ++i) {
    auto* endpoint = static_cast<RedisEndpoint*>(ngx_array_push(&endpoints));
    if (endpoint == nullptr) {
      return false;
    }
    *endpoint = settings;
    endpoint->address = url.addrs[i].sockaddr;
    endpoint->address_length = url.addrs[i].socklen;
    endpoint->text = url.addrs[i].name;
  }
  return true;
}

}  // namespace

char* add_redis(ngx_conf_t* cf, ngx_command_t* /*command*/, void* main) noexcept {
  auto& conf = *static_cast<MainConf*>(main);
  RedisEndpoint settings{};
  settings.connect_timeout = kConnectTimeout;
  settings.timeout = kTimeout;
  const Parameter parameters[] = {
      {"password_file", &read_password_file, &settings.password},
      {"db", &set_number, &settings.db},
      {"connect_timeout", &set_time, &settings.connect_timeout},
      {"timeout", &set_time, &settings.timeout},
  };
  if (conf.redis_endpoints == nullptr) {
    conf.redis_endpoints = ngx_array_create(cf->pool, 2, sizeof(RedisEndpoint));
  }
  ngx_url_t url;
  const bool good = conf.redis_endpoints != nullptr &&
                    parse_url(cf, static_cast<ngx_str_t*>(cf->args->elts)[1], url) &&
                    read_parameters(cf, parameters) &&
                    add_endpoints(url, settings, *conf.redis_endpoints);
  return good ? NGX_CONF_OK : static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace zenzefi::gateway
