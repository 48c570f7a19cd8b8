#include "directives/limits.hpp"

#include <chrono>
#include <new>

#include "config.hpp"
#include "directives/parameters.hpp"

namespace zenzefi::gateway {
namespace {

using std::chrono::microseconds;

// Such a rate still has an interval with a digit to spare.
constexpr std::int64_t kHighestRate = 100'000;  // a second
constexpr ngx_uint_t kLongestBurst = 1'000'000;
constexpr ngx_uint_t kMostConnections = 65'535;

struct Period {
  std::string_view suffix;
  std::chrono::seconds length;
};
constexpr Period kPeriods[] = {{"r/s", std::chrono::seconds{1}}, {"r/m", std::chrono::minutes{1}}};

const char* set_rate(ngx_conf_t* /*cf*/, ngx_str_t value, void* target) noexcept {
  constexpr const char* kProblem = "invalid rate in";
  for (const Period& period : kPeriods) {
    if (!view(value).ends_with(period.suffix)) {
      continue;
    }
    const std::int64_t number = ngx_atoi(value.data, value.len - period.suffix.size());
    if (number <= 0 || number > kHighestRate * period.length.count()) {
      return kProblem;
    }
    // Rounded up: never more than the rate.
    const auto length = microseconds{period.length}.count();
    *static_cast<microseconds*>(target) = microseconds{(length + number - 1) / number};
    return nullptr;
  }
  return kProblem;
}

const char* set_burst(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept {
  const char* problem = set_number(cf, value, target);
  const bool is_good = problem == nullptr && *static_cast<ngx_uint_t*>(target) <= kLongestBurst;
  return is_good ? nullptr : "invalid burst in";
}

const char* set_key(ngx_conf_t* /*cf*/, ngx_str_t value, void* target) noexcept {
  auto& key = *static_cast<LimitKey*>(target);
  if (view(value) == "user") {
    key = kByUser;
  } else if (view(value) == "token") {
    key = kByToken;
  } else {
    return "invalid key in";
  }
  return nullptr;
}

const ngx_str_t& first_argument(const ngx_conf_t& cf) noexcept {
  return static_cast<const ngx_str_t*>(cf.args->elts)[1];
}

bool is_off(const ngx_conf_t& cf) noexcept {
  return cf.args->nelts == 2 && view(first_argument(cf)) == "off";
}

// Limits with the same rate share their buckets.
bool remember_user_rate(ngx_conf_t* cf, const RateLimit& rate) noexcept {
  const auto& main = *static_cast<const MainConf*>(
      ngx_http_conf_get_module_main_conf(cf, ngx_http_access_token_module));
  for (const RateLimit& known : main.rates_by_user()) {
    if (known.interval == rate.interval) {
      return true;
    }
  }
  auto* added = static_cast<RateLimit*>(ngx_array_push(main.user_rates));
  if (added == nullptr) {
    return false;
  }
  *added = rate;
  return true;
}

}  // namespace

char* set_limit(ngx_conf_t* cf, ngx_command_t* /*command*/, void* location) noexcept {
  auto& conf = *static_cast<LocationConf*>(location);
  if (conf.limit != NGX_CONF_UNSET_PTR) {
    return const_cast<char*>("is duplicate");
  }
  conf.limit = nullptr;
  if (is_off(*cf)) {
    return NGX_CONF_OK;
  }
  LimitSettings settings{};
  ngx_uint_t burst = 0;
  const Parameter parameters[] = {
      {"rate", &set_rate, &settings.rate.interval},
      {"burst", &set_burst, &burst},
      {"key", &set_key, &settings.key},
  };
  if (!read_parameters(cf, parameters, 1)) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  if (settings.rate.interval == microseconds{0}) {
    return const_cast<char*>("needs \"rate=\"");
  }
  void* memory = ngx_palloc(cf->pool, sizeof(LimitSettings));
  if (memory == nullptr) {
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  settings.rate.tolerance = static_cast<std::int64_t>(burst) * settings.rate.interval;
  conf.limit = new (memory) LimitSettings{settings};
  const bool is_noted = settings.key != kByUser || remember_user_rate(cf, settings.rate);
  return is_noted ? NGX_CONF_OK : static_cast<char*>(NGX_CONF_ERROR);
}

char* set_connections(ngx_conf_t* cf, ngx_command_t* /*command*/, void* location) noexcept {
  auto& conf = *static_cast<LocationConf*>(location);
  if (conf.connections != NGX_CONF_UNSET_UINT) {
    return const_cast<char*>("is duplicate");
  }
  if (is_off(*cf)) {
    conf.connections = 0;
    return NGX_CONF_OK;
  }
  const ngx_str_t& text = first_argument(*cf);
  const ngx_int_t number = ngx_atoi(text.data, text.len);
  if (number <= 0 || static_cast<ngx_uint_t>(number) > kMostConnections) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid number of connections \"%V\": it must be 1 to %ui, or \"off\"",
                       &text, kMostConnections);
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  conf.connections = static_cast<ngx_uint_t>(number);
  return NGX_CONF_OK;
}

}  // namespace zenzefi::gateway
