// A request's query (application/x-www-form-urlencoded), held against what a call expects of it, in
// the manner of body.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/page.hpp"
#include "http/error_response.hpp"
#include "http/message.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::http {

class Query {
 public:
  static constexpr std::size_t kMaxTextLength = 254;

  explicit Query(const Request& request);

  // true, false, 1, 0, yes, no, on, off, in any case
  [[nodiscard]] bool flag(std::string_view name, bool otherwise);
  // Decimal digits only.
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise,
                                     std::uint64_t least, std::uint64_t most);
  // Empty when it is missing. Text without control characters, at most kMaxTextLength characters.
  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::optional<Uuid> uuid(std::string_view name);
  // One of what `parse` (std::optional<T> of a std::string_view) knows; `known` says which these
  // are.
  template <typename Parse>
  [[nodiscard]] auto choice(std::string_view name, Parse&& parse, std::string_view known) {
    const std::string* written = find(name);
    auto parsed = written == nullptr ? decltype(parse(*written)){} : parse(*written);
    if (written != nullptr && !parsed) {
      add_error(name, "Input should be " + std::string{known}, "enum");
    }
    return parsed;
  }
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
