#include "http/input/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "domain/text.hpp"
#include "shared/ascii.hpp"
#include "shared/hex.hpp"

namespace zenzefi::http {
namespace {

// More than any list has; PostgreSQL would count through all of it.
constexpr std::uint64_t kMaxOffset = 1'000'000'000;

// A percent sign without two digits behind it stands for itself, as browsers have it (WHATWG URL).
std::string decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint8_t byte = 0;
    if (text[i] == '%' && hex_decode(text.substr(i + 1, 2), {&byte, 1})) {
      decoded.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      decoded.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return decoded;
}

bool is_one_of(std::string_view text, const std::array<std::string_view, 4>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return equal_ignoring_case(text, word); });
}

}  // namespace

Query::Query(const Request& request) {
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    parameters_.emplace_back(decode(pair.substr(0, equals)),
                             decode(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

bool Query::flag(std::string_view name, bool otherwise) {
  const std::string* text = find(name);
  if (text == nullptr) {
    return otherwise;
  }
  if (is_one_of(*text, {"true", "1", "yes", "on"})) {
    return true;
  }
  if (!is_one_of(*text, {"false", "0", "no", "off"})) {
    add_error(name, "Input should be a valid boolean", "bool_parsing");
  }
  return false;
}

std::uint64_t Query::number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                            std::uint64_t most) {
  const std::string* text = find(name);
  if (text == nullptr) {
    return otherwise;
  }
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto result = std::from_chars(text->data(), end, number);
  const bool in_range = result.ec == std::errc{} && number >= least && number <= most;
  if (result.ec == std::errc::invalid_argument || result.ptr != end) {
    add_error(name, "Input should be a valid integer", "int_parsing");
  } else if (!in_range) {
    add_error(name, "Input should be from " + std::to_string(least) + " to " + std::to_string(most),
              "out_of_range");
  }
  return in_range ? number : otherwise;
}

std::optional<std::string> Query::text(std::string_view name) {
  const std::string* written = find(name);
  if (written == nullptr) {
    return std::nullopt;
  }
  const auto length = domain::count_code_points(*written);
  if (!domain::is_clean_text(*written) || length.value_or(0) > kMaxTextLength) {
    add_error(name,
              "Input should be at most " + std::to_string(kMaxTextLength) +
                  " characters without control characters",
              "string_type");
    return std::nullopt;
  }
  return *written;
}

std::optional<Uuid> Query::uuid(std::string_view name) {
  return choice(
      name, [](std::string_view written) { return Uuid::parse(written); }, "a valid UUID");
}

domain::PageRequest Query::page() {
  const domain::PageRequest defaults;
  domain::PageRequest page;
  page.limit =
      static_cast<std::uint32_t>(number("limit", defaults.limit, 1, domain::kMaxPageLimit));
  page.offset = number("offset", defaults.offset, 0, kMaxOffset);
  return page;
}

const std::string* Query::find(std::string_view name) {
  const auto is_it = [&](const auto& parameter) { return parameter.first == name; };
  const auto found = std::find_if(parameters_.begin(), parameters_.end(), is_it);
  if (found == parameters_.end()) {
    return nullptr;
  }
  if (std::any_of(found + 1, parameters_.end(), is_it)) {
    add_error(name, "Parameter given more than once", "duplicate");
    return nullptr;
  }
  return &found->second;
}

void Query::add_error(std::string_view name, std::string_view message, std::string_view type) {
  errors_.push_back({{"query", std::string{name}}, std::string{message}, std::string{type}});
}

}  // namespace zenzefi::http
