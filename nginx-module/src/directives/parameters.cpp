#include "directives/parameters.hpp"

#include <chrono>
#include <cstdint>

namespace zenzefi::gateway {
namespace {

constexpr int kMilliseconds = 0;
// Nobody means more, and with less a sum with the time of day cannot overflow.
constexpr ngx_int_t kLongestTime = ngx_int_t{365} * 24 * 60 * 60 * 1000;

// NGX_ERROR if it is none.
ngx_int_t parse_time(ngx_str_t value) noexcept {
  const ngx_int_t time = ngx_parse_time(&value, kMilliseconds);
  return time <= kLongestTime ? time : NGX_ERROR;
}

bool report(ngx_conf_t* cf, const char* what, const ngx_str_t& argument) noexcept {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s \"%V\"", what, &argument);
  return false;
}

bool names(std::string_view argument, const Parameter& parameter) noexcept {
  return argument.starts_with(parameter.name) &&
         argument.substr(parameter.name.size()).starts_with('=');
}

bool read_parameter(ngx_conf_t* cf, std::span<const Parameter> parameters,
                    const ngx_str_t& argument, std::uint32_t& seen) noexcept {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (!names(view(argument), parameter)) {
      continue;
    }
    if ((seen >> i & 1) != 0) {
      return report(cf, "duplicate parameter", argument);
    }
    seen |= 1U << i;
    const std::size_t start = parameter.name.size() + 1;
    const char* problem =
        parameter.set(cf, {argument.len - start, argument.data + start}, parameter.target);
    return problem == nullptr || report(cf, problem, argument);
  }
  return report(cf, "invalid parameter", argument);
}

}  // namespace

bool read_parameters(ngx_conf_t* cf, std::span<const Parameter> parameters,
                     ngx_uint_t first) noexcept {
  const auto* arguments = static_cast<const ngx_str_t*>(cf->args->elts);
  std::uint32_t seen = 0;
  for (ngx_uint_t i = first; i < cf->args->nelts; ++i) {
    if (!read_parameter(cf, parameters, arguments[i], seen)) {
      return false;
    }
  }
  return true;
}

const char* set_time(ngx_conf_t* /*cf*/, ngx_str_t value, void* target) noexcept {
  const ngx_int_t time = parse_time(value);
  if (time == NGX_ERROR || time == 0) {
    return "invalid time in";
  }
  *static_cast<ngx_msec_t*>(target) = static_cast<ngx_msec_t>(time);
  return nullptr;
}

const char* set_duration(ngx_conf_t* /*cf*/, ngx_str_t value, void* target) noexcept {
  const ngx_int_t time = parse_time(value);
  if (time == NGX_ERROR) {
    return "invalid time in";
  }
  *static_cast<std::chrono::milliseconds*>(target) = std::chrono::milliseconds{time};
  return nullptr;
}

const char* set_number(ngx_conf_t* /*cf*/, ngx_str_t value, void* target) noexcept {
  const ngx_int_t number = ngx_atoi(value.data, value.len);
  if (number == NGX_ERROR) {
    return "invalid number in";
  }
  *static_cast<ngx_uint_t*>(target) = static_cast<ngx_uint_t>(number);
  return nullptr;
}

}  // namespace zenzefi::gateway
