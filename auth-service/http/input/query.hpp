// A request's query (application/x-www-form-urlencoded), held against what a call expects of it, in
// the manner of body.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/page.hpp"
#include "http/error_response.hpp"
#include "http/message.hpp"

namespace zenzefi::http {

class Query {
 public:
  explicit Query(const Request& request);

  // true, false, 1, 0, yes, no, on, off, in any case
  [[nodiscard]] bool flag(std::string_view name, bool otherwise);
  // Decimal digits only.
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise,
                                     std::uint64_t least, std::uint64_t most);
  // `limit` and `offset`
  [[nodiscard]] domain::PageRequest page();

  [[nodiscard]] bool ok() const noexcept { return errors_.empty(); }
  [[nodiscard]] Response refusal() const { return validation_error(errors_); }

 private:
  // Null when it is missing; noted as an error when it is there more than once.
  [[nodiscard]] const std::string* find(std::string_view name);
  void add_error(std::string_view name, std::string_view message, std::string_view type);

  std::vector<std::pair<std::string, std::string>> parameters_;  // decoded
  std::vector<FieldError> errors_;
};

}  // namespace zenzefi::http
