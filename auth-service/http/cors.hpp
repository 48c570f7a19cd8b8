// Cross-origin resource sharing (Fetch standard, 3.2): the pages of which other origins may use the
// API, credentials included.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"

namespace zenzefi::http {

// "https://portal.example.com:8443": as browsers write one, so in small letters and without a path.
[[nodiscard]] bool is_origin(std::string_view text) noexcept;

// Thread-safe. Without origins it does nothing at all.
class Cors {
 public:
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // The answer to a preflight from a listed origin; empty for every other request.
  [[nodiscard]] std::optional<Response> preflight(const Request& request) const;

  // Lets the page that asked read the answer, if it is of a listed origin.
  void share(const Request& request, Response& response) const;

 private:
  // Null unless it is listed.
  [[nodiscard]] const std::string* origin_of(const Request& request) const;

  std::vector<std::string> origins_;
};

}  // namespace zenzefi::http
