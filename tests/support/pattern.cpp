#include "tests/support/pattern.hpp"

#include <iterator>
#include <regex>

namespace zenzefi::test {

std::optional<Match> first_match(const std::string& text, const std::string& regex,
                                 std::size_t from) {
  const auto begin = std::next(text.begin(), static_cast<std::ptrdiff_t>(from));
  const auto flags =
      from > 0 ? std::regex_constants::match_prev_avail : std::regex_constants::match_default;
  std::smatch found;
  if (!std::regex_search(begin, text.end(), found, std::regex{regex}, flags)) {
    return std::nullopt;
  }
  Match match{.begin = from + static_cast<std::size_t>(found.position()), .groups = {}};
  match.end = match.begin + static_cast<std::size_t>(found.length());
  for (const auto& group : found) {
    match.groups.push_back(group);
  }
  return match;
}

bool matches(const std::string& text, const std::string& regex) {
  return first_match(text, regex).has_value();
}

}  // namespace zenzefi::test
