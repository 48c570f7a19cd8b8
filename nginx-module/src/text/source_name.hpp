// Where a token may stand, as `access_token_source` names it.
#pragma once

#include <string_view>

namespace zenzefi::gateway {

enum class SourceKind {
  kHeader,    // $http_NAME
  kCookie,    // $cookie_NAME
  kArgument,  // $arg_NAME
  kComplex,   // any other text with variables: evaluated by nginx, and not scrubbed
};

struct SourceName {
  SourceKind kind = SourceKind::kComplex;
  std::string_view name;  // of header, cookie or argument; as nginx normalises it: `x_access_token`
};

// `$name` and `${name}` alike; `$http_cookie` is complex, for it names no cookie of its own.
[[nodiscard]] SourceName parse_source_name(std::string_view text) noexcept;

}  // namespace zenzefi::gateway
