// The pages of the demonstration target: links of every kind a rewriting proxy meets.
#pragma once

#include <string>
#include <string_view>

namespace zenzefi::demo {

// `origin` is what absolute links begin with, such as "http://127.0.0.1:9000".
[[nodiscard]] std::string index_page(std::string_view origin);
[[nodiscard]] std::string style_sheet(std::string_view origin);
[[nodiscard]] std::string application_script(std::string_view origin);
[[nodiscard]] std::string module_script();
[[nodiscard]] std::string items_json(std::string_view origin);
[[nodiscard]] std::string_view logo_svg() noexcept;

}  // namespace zenzefi::demo
