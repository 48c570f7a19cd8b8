// What README.md tells people to type.
#pragma once

#include <string>

namespace zenzefi::test {

// The code block behind the line `<!-- quickstart: NAME -->`; throws std::runtime_error when there
// is none.
[[nodiscard]] std::string quickstart_block(const std::string& name);

}  // namespace zenzefi::test
