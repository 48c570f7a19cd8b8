// What nginx may not have logged when a test ends.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace zenzefi::test {

// Lines of level [emerg], [alert], [crit] and [error] which match none of the expected patterns.
class NginxLogCheck {
 public:
  // An ECMAScript regular expression, searched for in the line.
  void expect(std::string_view pattern);

  // The offending lines of `log` from byte `offset` on; moves `offset` behind the last whole line.
  [[nodiscard]] std::vector<std::string> unexpected(const std::filesystem::path& log,
                                                    std::size_t& offset) const;

 private:
  [[nodiscard]] bool is_unexpected(const std::string& line) const;

  std::vector<std::string> expected_;
};

// Contents of the non-empty files in `directory` whose names begin with `prefix`: the reports that
// sanitizers and valgrind leave there.
[[nodiscard]] std::vector<std::string> reports(const std::filesystem::path& directory,
                                               std::string_view prefix);

}  // namespace zenzefi::test
