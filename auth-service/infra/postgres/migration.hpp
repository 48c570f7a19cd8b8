// The migrations of sql/, compiled in.
#pragma once

#include <span>
#include <string_view>

namespace zenzefi::infra {

struct Migration {
  int number = 0;  // from 1 on, without gaps
  std::string_view name;
  std::string_view up;    // SQL
  std::string_view down;  // takes `up` back, with all data it holds
};

// In order.
[[nodiscard]] std::span<const Migration> migrations() noexcept;

}  // namespace zenzefi::infra
