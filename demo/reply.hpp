// What a route answers, before it is written to the wire.
#pragma once

#include <boost/beast/http/status.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "demo/body_source.hpp"

namespace zenzefi::demo {

struct Reply {
  boost::beast::http::status status = boost::beast::http::status::ok;
  std::vector<std::pair<std::string, std::string>> headers;
  // The body is `stream` when there is one, else `body`.
  std::string body;
  std::unique_ptr<BodySource> stream;
  // Length of `stream` in bytes; a stream without it is sent in chunks.
  std::optional<std::uint64_t> stream_length;
  // Time before the header is sent.
  std::chrono::milliseconds delay{0};
};

}  // namespace zenzefi::demo
