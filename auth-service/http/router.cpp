#include "http/router.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace zenzefi::http {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_rest(std::string_view segment) {
  return segment.ends_with("...}");
}

// Takes the first segment off a path that begins with a slash.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The rest of a path has no name to look it up by: nobody needs it.
std::optional<Parameters> match(const std::vector<std::string>& segments, std::string_view path) {
  Parameters parameters;
  for (const std::string& expected : segments) {
    if (path.empty()) {
      return std::nullopt;
    }
    if (is_rest(expected)) {
      return parameters;
    }
    const std::string_view segment = take_segment(path);
    if (is_parameter(expected)) {
      if (segment.empty()) {
        return std::nullopt;
      }
      parameters.emplace(expected.substr(1, expected.size() - 2), segment);
    } else if (segment != expected) {
      return std::nullopt;
    }
  }
  return path.empty() ? std::optional{std::move(parameters)} : std::nullopt;
}

std::string join(const std::set<std::string_view>& names) {
  std::string joined;
  for (const std::string_view name : names) {
    joined.append(joined.empty() ? "" : ", ").append(name);
  }
  return joined;
}

}  // namespace

void Router::add(Method method, std::string pattern, Pool pool, AnyHandler handler) {
  Entry entry;
  std::string_view rest = pattern;
  while (!rest.empty()) {
    entry.segments.emplace_back(take_segment(rest));
  }
  entry.route = Route{method, std::move(pattern), pool, std::move(handler)};
  entries_.push_back(std::move(entry));
}

Router::Result Router::find(Method method, std::string_view path) const {
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  std::set<std::string_view> allowed;
  for (const Entry& entry : entries_) {
    auto parameters = match(entry.segments, path);
    if (!parameters) {
      continue;
    }
    if (entry.route.method == wanted) {
      return Match{&entry.route, std::move(*parameters)};
    }
    allowed.insert(to_string(entry.route.method));
    if (entry.route.method == Method::kGet) {
      allowed.insert(to_string(Method::kHead));
    }
  }
  if (allowed.empty()) {
    return NotFound{};
  }
  return MethodNotAllowed{join(allowed)};
}

}  // namespace zenzefi::http
