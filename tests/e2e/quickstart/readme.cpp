#include "tests/e2e/quickstart/readme.hpp"

#include <stdexcept>

#include "tests/support/build_paths.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

std::string quickstart_block(const std::string& name) {
  const std::string text = read_file(source_root() / "README.md");
  const std::string begin = "<!-- quickstart: " + name + " -->\n```bash\n";
  const std::size_t found = text.find(begin);
  const std::size_t end = text.find("\n```\n", found);
  if (found == std::string::npos || end == std::string::npos) {
    throw std::runtime_error("README.md has no block for the quick start's " + name);
  }
  return text.substr(found + begin.size(), end + 1 - found - begin.size());
}

}  // namespace zenzefi::test
