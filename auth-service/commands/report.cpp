#include "commands/report.hpp"

#include <iostream>

namespace zenzefi::commands {

int report(const domain::Error& error) {
  std::cerr << "zenzefi-auth: " << error.detail << '\n';
  return 1;
}

}  // namespace zenzefi::commands
