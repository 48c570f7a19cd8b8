#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

namespace zenzefi::test {

TempDir::TempDir(std::string_view name) {
  std::string pattern = "/tmp/zenzefi-" + std::string{name} + "-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
  }
  path_ = pattern;
  std::filesystem::permissions(path_, std::filesystem::perms{0755});
}

TempDir::~TempDir() {
  if (std::getenv("ZENZEFI_KEEP") != nullptr || testing::UnitTest::GetInstance()->Failed()) {
    static_cast<void>(std::fprintf(stderr, "kept: %s\n", path_.c_str()));
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempDir::operator/(std::string_view name) const {
  return path_ / name;
}

std::string read_file(const std::filesystem::path& path) {
  const std::ifstream in{path, std::ios::binary};
  std::ostringstream contents;
  contents << in.rdbuf();
  return std::move(contents).str();
}

void write_file(const std::filesystem::path& path, std::string_view contents) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << contents << std::flush;
  if (!out) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

}  // namespace zenzefi::test
