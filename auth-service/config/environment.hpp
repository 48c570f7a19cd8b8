// Reads settings out of environment variables and collects what is wrong with them, so that an
// operator sees every mistake at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"

namespace zenzefi::config {

// The value of a variable; empty if it is not set.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

// This process's environment.
[[nodiscard]] Lookup process_environment();

// A variable that is set to nothing counts as not set. A value that does not fit is reported by
// errors() and replaced by the default. Values of secrets are never part of an error.
class Environment {
 public:
  explicit Environment(Lookup lookup) : lookup_(std::move(lookup)) {}

  [[nodiscard]] std::string text(const std::string& name, std::string_view otherwise);
  [[nodiscard]] std::string one_of(const std::string& name, std::string_view otherwise,
                                   const std::vector<std::string_view>& allowed);
  // Secrets may be in a file instead (Docker and systemd hand them out so): NAME_FILE holds its
  // path, a line end at the end of the file does not count, and only one of the two may be set.
  //
  // No default, and an error when it is missing or shorter than `at_least` bytes.
  [[nodiscard]] std::string secret(const std::string& name, std::size_t at_least);
  [[nodiscard]] std::string optional_secret(const std::string& name, std::size_t at_least);
  // Comma-separated.
  [[nodiscard]] std::vector<std::string> secret_list(const std::string& name, std::size_t at_least);
  [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise,
                                     std::int64_t least, std::int64_t most);
  [[nodiscard]] std::uint32_t count(const std::string& name, std::size_t otherwise,
                                    std::uint32_t least, std::uint32_t most);
  [[nodiscard]] std::uint16_t port(const std::string& name, std::uint16_t otherwise);
  // true, false, 1, 0, yes, no, on, off
  [[nodiscard]] bool flag(const std::string& name, bool otherwise);
  // How often something may happen; 0 or `off`: no limit, which is 0 here.
  [[nodiscard]] std::uint32_t limit(const std::string& name, std::uint32_t otherwise);
  // Comma-separated.
  [[nodiscard]] std::vector<std::string> list(const std::string& name);
  [[nodiscard]] domain::Money price(const std::string& name, domain::Money otherwise);

  void add_error(const std::string& name, std::string_view what);
  // One sentence each, beginning with the name of the variable.
  [[nodiscard]] const std::vector<std::string>& errors() const noexcept { return errors_; }

 private:
  [[nodiscard]] std::optional<std::string> find(const std::string& name) const;
  [[nodiscard]] std::optional<std::string> find_secret(const std::string& name);

  Lookup lookup_;
  std::vector<std::string> errors_;
};

}  // namespace zenzefi::config
