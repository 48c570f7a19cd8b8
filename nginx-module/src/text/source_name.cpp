#include "text/source_name.hpp"

#include <algorithm>

#include "shared/ascii.hpp"

namespace zenzefi::gateway {
namespace {

constexpr bool is_name_character(char c) noexcept {
  return is_alphanumeric(c) || c == '_';
}

// The variable's name when the text is one variable and nothing else.
std::string_view single_variable(std::string_view text) noexcept {
  if (!text.starts_with('$')) {
    return {};
  }
  text.remove_prefix(1);
  if (text.starts_with('{') && text.ends_with('}')) {
    text = text.substr(1, text.size() - 2);
  }
  return std::all_of(text.begin(), text.end(), is_name_character) ? text : std::string_view{};
}

}  // namespace

SourceName parse_source_name(std::string_view text) noexcept {
  struct Prefix {
    std::string_view text;
    SourceKind kind;
  };
  constexpr Prefix kPrefixes[] = {{"http_", SourceKind::kHeader},
                                  {"cookie_", SourceKind::kCookie},
                                  {"arg_", SourceKind::kArgument}};
  const std::string_view variable = single_variable(text);
  for (const Prefix& prefix : kPrefixes) {
    if (variable.size() > prefix.text.size() && variable.starts_with(prefix.text) &&
        variable != "http_cookie") {
      return {prefix.kind, variable.substr(prefix.text.size())};
    }
  }
  return {};
}

}  // namespace zenzefi::gateway
