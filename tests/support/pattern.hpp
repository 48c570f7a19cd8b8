// Regular expressions (ECMAScript). <regex> takes seconds to compile in every file that uses it:
// here it is one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace zenzefi::test {

struct Match {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<std::string> groups;  // the first is all of it
};

// The first match that begins at `from` or behind it.
[[nodiscard]] std::optional<Match> first_match(const std::string& text, const std::string& regex,
                                               std::size_t from = 0);

[[nodiscard]] bool matches(const std::string& text, const std::string& regex);

}  // namespace zenzefi::test
