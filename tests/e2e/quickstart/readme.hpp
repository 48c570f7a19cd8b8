// What the documents tell people to type.
#pragma once

#include <string>

namespace zenzefi::test {

// README.md's code block behind the line `<!-- quickstart: NAME -->`; throws std::runtime_error
// when there is none.
[[nodiscard]] std::string quickstart_block(const std::string& name);

// All examples of docs/api-examples.md, from the first to the last.
[[nodiscard]] std::string api_examples();

}  // namespace zenzefi::test
