#include "tests/e2e/quickstart/readme.hpp"

#include <optional>
#include <stdexcept>

#include "tests/support/build_paths.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

// The next code block behind a line `<!-- COMMENT -->`; `from` moves behind it.
std::optional<std::string> next_block(const std::string& text, const std::string& comment,
                                      std::size_t& from) {
  const std::string begin = "<!-- " + comment + " -->\n```bash\n";
  const std::size_t found = text.find(begin, from);
  const std::size_t end = text.find("\n```\n", found);
  if (found == std::string::npos || end == std::string::npos) {
    return std::nullopt;
  }
  from = end;
  return text.substr(found + begin.size(), end + 1 - found - begin.size());
}

}  // namespace

std::string quickstart_block(const std::string& name) {
  std::size_t from = 0;
  const auto block =
      next_block(read_file(source_root() / "README.md"), "quickstart: " + name, from);
  if (!block) {
    throw std::runtime_error("README.md has no block for the quick start's " + name);
  }
  return *block;
}

std::string api_examples() {
  const std::string text = read_file(source_root() / "docs/api-examples.md");
  std::string script;
  std::size_t from = 0;
  while (const auto block = next_block(text, "example", from)) {
    script += *block;
  }
  return script;
}

}  // namespace zenzefi::test
