// Text from outside, held against UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace zenzefi::domain {

// Well-formed UTF-8 without control characters (U+0000 to U+001F, U+007F to U+009F). NUL above all:
// it would end a database parameter early.
[[nodiscard]] bool is_clean_text(std::string_view text) noexcept;

// The number of code points; empty for text that is no well-formed UTF-8.
[[nodiscard]] std::optional<std::size_t> count_code_points(std::string_view text) noexcept;

// At most `max_code_points` of it, with every control character and every byte that is no UTF-8
// replaced by `?`: for what is only shown, such as a User-Agent.
[[nodiscard]] std::string cleaned_text(std::string_view text, std::size_t max_code_points);

}  // namespace zenzefi::domain
