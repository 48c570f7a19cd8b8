// A directory of a test's own.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace zenzefi::test {

// Below /tmp and open to other users (PostgreSQL does not run as root). Removed with the object,
// unless a test of this process has failed or ZENZEFI_KEEP is set: then its path is printed.
class TempDir {
 public:
  explicit TempDir(std::string_view name = "test");
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

// Empty when there is no such file.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

void write_file(const std::filesystem::path& path, std::string_view contents);

}  // namespace zenzefi::test
