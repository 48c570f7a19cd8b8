#include "tests/support/nginx_log.hpp"

#include <algorithm>

#include "tests/support/pattern.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

void NginxLogCheck::expect(std::string_view pattern) {
  expected_.emplace_back(pattern);
}

std::vector<std::string> NginxLogCheck::unexpected(const std::filesystem::path& log,
                                                   std::size_t& offset) const {
  const std::string text = read_file(log);
  std::vector<std::string> lines;
  for (auto end = text.find('\n', offset); end != std::string::npos;
       end = text.find('\n', offset)) {
    std::string line = text.substr(offset, end - offset);
    offset = end + 1;
    if (is_unexpected(line)) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

bool NginxLogCheck::is_unexpected(const std::string& line) const {
  static constexpr auto kSerious = {"[emerg]", "[alert]", "[crit]", "[error]"};
  return std::any_of(kSerious.begin(), kSerious.end(),
                     [&](const char* level) { return line.find(level) != std::string::npos; }) &&
         std::none_of(expected_.begin(), expected_.end(),
                      [&](const std::string& pattern) { return matches(line, pattern); });
}

std::vector<std::string> reports(const std::filesystem::path& directory, std::string_view prefix) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    if (!entry.path().filename().string().starts_with(prefix)) {
      continue;
    }
    if (std::string text = read_file(entry.path()); !text.empty()) {
      found.push_back(std::move(text));
    }
  }
  return found;
}

}  // namespace zenzefi::test
