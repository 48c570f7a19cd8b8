// The `name=value` parameters of a directive.
#pragma once

#include <span>
#include <string_view>

#include "ngx.hpp"

namespace zenzefi::gateway {

struct Parameter {
  std::string_view name;
  // Takes the value to where it belongs; says what is wrong with it, or nullptr.
  const char* (*set)(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept;
  void* target;
};

// Reads all arguments from the `first` on, counted from 1. False, and reported with file and line,
// when one is unknown, given twice, or wrong.
[[nodiscard]] bool read_parameters(ngx_conf_t* cf, std::span<const Parameter> parameters,
                                   ngx_uint_t first = 2) noexcept;

// Setters. A time of at least 1 ms, into an ngx_msec_t:
const char* set_time(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept;
// A time, 0 included, into a std::chrono::milliseconds:
const char* set_duration(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept;
// A number, into an ngx_uint_t:
const char* set_number(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept;

}  // namespace zenzefi::gateway
