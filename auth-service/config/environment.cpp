#include "config/environment.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace zenzefi::config {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') {
      part.remove_prefix(1);
    }
    while (!part.empty() && part.back() == ' ') {
      part.remove_suffix(1);
    }
    if (!part.empty()) {
      parts.push_back(part);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

Lookup process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::optional<std::string> Environment::find(const std::string& name) const {
  auto value = lookup_(name);
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<std::string> Environment::find_secret(const std::string& name) {
  auto value = find(name);
  const auto path = find(name + "_FILE");
  if (!path) {
    return value;
  }
  if (value) {
    add_error(name, "and " + name + "_FILE are both set");
    return value;
  }
  std::ifstream file(*path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) {
    add_error(name + "_FILE", "names a file that cannot be read: " + *path);
    return std::nullopt;
  }
  while (content.ends_with('\n') || content.ends_with('\r')) {
    content.pop_back();
  }
  return content.empty() ? std::nullopt : std::optional<std::string>(std::move(content));
}

void Environment::add_error(const std::string& name, std::string_view what) {
  errors_.push_back(name + " " + std::string(what));
}

std::string Environment::text(const std::string& name, std::string_view otherwise) {
  return find(name).value_or(std::string(otherwise));
}

std::string Environment::one_of(const std::string& name, std::string_view otherwise,
                                const std::vector<std::string_view>& allowed) {
  std::string value = text(name, otherwise);
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) {
    return value;
  }
  std::string what = "must be one of";
  for (const std::string_view choice : allowed) {
    what += choice.empty() ? " (nothing)" : " " + std::string(choice);
  }
  add_error(name, what);
  return std::string(otherwise);
}

std::string Environment::secret(const std::string& name, std::size_t at_least) {
  const std::size_t errors_before = errors_.size();
  std::string value = optional_secret(name, at_least);
  if (value.empty() && errors_.size() == errors_before) {
    add_error(name, "is not set, and has no default because it is a secret");
  }
  return value;
}

std::string Environment::optional_secret(const std::string& name, std::size_t at_least) {
  auto value = find_secret(name);
  if (value && value->size() < at_least) {
    add_error(name, "is shorter than " + std::to_string(at_least) + " bytes");
    return {};
  }
  return std::move(value).value_or(std::string{});
}

std::vector<std::string> Environment::secret_list(const std::string& name, std::size_t at_least) {
  const std::string value = find_secret(name).value_or("");
  std::vector<std::string> secrets;
  for (const std::string_view part : split(value, ',')) {
    if (part.size() < at_least) {
      add_error(name, "has an element shorter than " + std::to_string(at_least) + " bytes");
      return {};
    }
    secrets.emplace_back(part);
  }
  return secrets;
}

std::int64_t Environment::integer(const std::string& name, std::int64_t otherwise,
                                  std::int64_t least, std::int64_t most) {
  const auto value = find(name);
  if (!value) {
    return otherwise;
  }
  std::int64_t number = 0;
  const char* end = value->data() + value->size();
  const auto parsed = std::from_chars(value->data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number < least || number > most) {
    add_error(name, "must be a whole number from " + std::to_string(least) + " to " +
                        std::to_string(most));
    return otherwise;
  }
  return number;
}

std::uint32_t Environment::count(const std::string& name, std::size_t otherwise,
                                 std::uint32_t least, std::uint32_t most) {
  return static_cast<std::uint32_t>(
      integer(name, static_cast<std::int64_t>(otherwise), least, most));
}

std::uint16_t Environment::port(const std::string& name, std::uint16_t otherwise) {
  return static_cast<std::uint16_t>(integer(name, otherwise, 1, 65535));
}

bool Environment::flag(const std::string& name, bool otherwise) {
  const auto value = find(name);
  if (!value) {
    return otherwise;
  }
  if (*value == "true" || *value == "1" || *value == "yes" || *value == "on") {
    return true;
  }
  if (*value == "false" || *value == "0" || *value == "no" || *value == "off") {
    return false;
  }
  add_error(name, "must be true or false");
  return otherwise;
}

std::uint32_t Environment::limit(const std::string& name, std::uint32_t otherwise) {
  constexpr std::uint32_t kMost = 1'000'000'000;
  return find(name) == "off" ? 0 : count(name, otherwise, 0, kMost);
}

std::vector<std::string> Environment::list(const std::string& name) {
  const std::string value = text(name, "");
  const auto parts = split(value, ',');
  return {parts.begin(), parts.end()};
}

domain::Money Environment::price(const std::string& name, domain::Money otherwise) {
  const auto value = find(name);
  if (!value) {
    return otherwise;
  }
  const auto price = domain::Money::parse(*value);
  if (!price || *price < domain::Money{}) {
    add_error(name, "must be an amount such as 18.00, not negative, with two decimals at most");
    return otherwise;
  }
  return *price;
}

}  // namespace zenzefi::config
