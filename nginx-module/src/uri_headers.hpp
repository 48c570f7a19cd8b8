// Request headers that hold a URI: where the token stands in one as a query argument, it can stand
// in the other.
#pragma once

#include <array>
#include <string_view>

namespace zenzefi::gateway {

// Normalised, as has_name() wants it. Referer comes from browsers, the others from a proxy in front
// or from a client that takes itself for one.
inline constexpr std::array<std::string_view, 7> kUriHeaders{
    "referer",         "x_original_uri", "x_original_url",       "x_rewrite_url",
    "x_forwarded_uri", "x_request_uri",  "x_envoy_original_path"};

}  // namespace zenzefi::gateway
