#include "text/query.hpp"

#include <algorithm>
#include <cstring>

#include "shared/ascii.hpp"
#include "shared/hex.hpp"

namespace zenzefi::gateway {
namespace {

// Takes one character off the front, percent-decoded.
char take_decoded(std::string_view& text) noexcept {
  if (text.front() == '%' && text.size() >= 3) {
    const int high = hex_digit_value(text[1]);
    const int low = hex_digit_value(text[2]);
    if (high >= 0 && low >= 0) {
      text.remove_prefix(3);
      return static_cast<char>(high << 4 | low);
    }
  }
  const char c = text.front();
  text.remove_prefix(1);
  return c;
}

bool same_name(std::string_view written, std::string_view name) noexcept {
  while (!written.empty() && !name.empty()) {
    if (to_lower(take_decoded(written)) != to_lower(name.front())) {
      return false;
    }
    name.remove_prefix(1);
  }
  return written.empty() && name.empty();
}

// One `name=value`; `value` starts behind the equals sign.
struct Argument {
  std::string_view whole;
  std::string_view value;
  bool matches = false;
};

// Takes the next argument off the front of `rest`, its separator included.
Argument take_argument(std::string_view& rest, std::string_view name) noexcept {
  Argument argument;
  argument.whole = rest.substr(0, rest.find('&'));
  rest.remove_prefix(std::min(rest.size(), argument.whole.size() + 1));
  const std::size_t equals = argument.whole.find('=');
  argument.matches = same_name(argument.whole.substr(0, equals), name);
  if (equals != std::string_view::npos) {
    argument.value = argument.whole.substr(equals + 1);
  }
  return argument;
}

}  // namespace

std::string_view find_argument(std::string_view arguments, std::string_view name) noexcept {
  while (!arguments.empty()) {
    const Argument argument = take_argument(arguments, name);
    if (argument.matches && !argument.value.empty()) {
      return argument.value;
    }
  }
  return {};
}

bool has_argument(std::string_view arguments, std::string_view name) noexcept {
  while (!arguments.empty()) {
    if (take_argument(arguments, name).matches) {
      return true;
    }
  }
  return false;
}

std::size_t remove_argument(std::string_view arguments, std::string_view name, char* out) noexcept {
  char* to = out;
  while (!arguments.empty()) {
    const Argument argument = take_argument(arguments, name);
    if (argument.matches) {
      continue;
    }
    if (to != out) {
      *to++ = '&';
    }
    std::memmove(to, argument.whole.data(), argument.whole.size());
    to += argument.whole.size();
  }
  return static_cast<std::size_t>(to - out);
}

std::size_t remove_uri_argument(char* uri, std::size_t length, std::string_view name) noexcept {
  const std::string_view text{uri, length};
  const std::size_t mark = text.find('?');
  if (mark == std::string_view::npos) {
    return length;
  }
  const std::size_t end = std::min(text.find('#', mark), length);
  const std::string_view query = text.substr(mark + 1, end - mark - 1);
  if (!has_argument(query, name)) {
    return length;
  }
  const std::size_t left = remove_argument(query, name, uri + mark + 1);
  const std::size_t to = left == 0 ? mark : mark + 1 + left;
  std::memmove(uri + to, uri + end, length - end);
  return to + length - end;
}

void mask_argument(char* arguments, std::size_t length, std::string_view name) noexcept {
  std::string_view rest{arguments, length};
  while (!rest.empty()) {
    const Argument argument = take_argument(rest, name);
    if (argument.matches && !argument.value.empty()) {
      std::memset(arguments + (argument.value.data() - arguments), '*', argument.value.size());
    }
  }
}

}  // namespace zenzefi::gateway
