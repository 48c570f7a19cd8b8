// HTTP requests as a client sends them, in pieces of any size.
#include "http/wire/request_parser.hpp"

#include <algorithm>

#include "require.hpp"

using zenzefi::fuzz::require;
using namespace zenzefi::http;

namespace {

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view{"\0\r\n", 3}) == std::string_view::npos;
}

void check(const Request& request, const ParserLimits& limits) {
  require(request.path.starts_with('/'), "a path begins with a slash");
  require(request.path.size() <= limits.max_path, "paths are limited");
  require(is_one_line(request.path) && is_one_line(request.query), "a target is one line");
  require(request.body.size() <= limits.max_body, "bodies are limited");
  require(request.headers.size() <= limits.max_headers, "headers are limited");
  for (const auto& [name, value] : request.headers) {
    require(!name.empty() && is_one_line(name) && is_one_line(value), "a header is one line");
  }
}

bool same(const Request& a, const Request& b) {
  return a.method == b.method && a.path == b.path && a.query == b.query && a.body == b.body &&
         a.headers == b.headers;
}

}  // namespace

// The first byte says how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes = zenzefi::fuzz::text_of(data + 1, size - 1);
  const ParserLimits limits{.max_head = 1024, .max_path = 256, .max_headers = 8, .max_body = 512};

  RequestParser whole{limits};
  const auto state = whole.feed(bytes);

  RequestParser pieces{limits};
  auto last = RequestParser::State::kIncomplete;
  const std::size_t step = 1 + data[0] % 16;
  for (std::size_t at = 0; at < bytes.size() && last != RequestParser::State::kRefused;
       at += step) {
    last = pieces.feed(bytes.substr(at, step));
  }
  if (state == RequestParser::State::kRefused) {
    require(whole.refusal().status >= 400 && !whole.refusal().detail.empty(), "a refusal says why");
  }
  require(bytes.empty() || state == last, "how the bytes were cut changes nothing");
  if (state == RequestParser::State::kComplete) {
    const Request request = whole.take();
    check(request, limits);
    require(same(request, pieces.take()), "the same request, however it was cut");
    require(whole.empty(), "the parser is ready for the next one");
  }
  return 0;
}
