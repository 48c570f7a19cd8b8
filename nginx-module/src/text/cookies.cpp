#include "text/cookies.hpp"

#include <algorithm>
#include <cstring>

#include "shared/ascii.hpp"

namespace zenzefi::gateway {
namespace {

constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_space(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

struct Cookie {
  std::string_view whole;  // up to where the next one starts: separator and spaces included
  std::string_view name;
  std::string_view value;
};

Cookie take_cookie(std::string_view& rest) noexcept {
  std::size_t end = std::min(rest.find_first_of(";,"), rest.size());
  const std::string_view pair = rest.substr(0, end);
  if (end < rest.size()) {
    ++end;
  }
  while (end < rest.size() && is_space(rest[end])) {
    ++end;
  }
  Cookie cookie;
  cookie.whole = rest.substr(0, end);
  rest.remove_prefix(end);
  const std::size_t equals = pair.find('=');
  if (equals != std::string_view::npos) {
    cookie.name = trim(pair.substr(0, equals));
    cookie.value = trim(pair.substr(equals + 1));
  }
  return cookie;
}

}  // namespace

std::string_view find_cookie(std::string_view header, std::string_view name) noexcept {
  while (!header.empty()) {
    const Cookie cookie = take_cookie(header);
    if (!cookie.value.empty() && equal_ignoring_case(cookie.name, name)) {
      return cookie.value;
    }
  }
  return {};
}

std::size_t remove_cookie(char* header, std::size_t length, std::string_view name) noexcept {
  std::string_view rest{header, length};
  char* to = header;
  bool removed = false;
  while (!rest.empty()) {
    const Cookie cookie = take_cookie(rest);
    if (equal_ignoring_case(cookie.name, name)) {
      removed = true;
      continue;
    }
    std::memmove(to, cookie.whole.data(), cookie.whole.size());
    to += cookie.whole.size();
  }
  if (removed) {
    // The separator that led to a cookie which is gone.
    while (to != header && (is_space(to[-1]) || to[-1] == ';' || to[-1] == ',')) {
      --to;
    }
  }
  return static_cast<std::size_t>(to - header);
}

}  // namespace zenzefi::gateway
