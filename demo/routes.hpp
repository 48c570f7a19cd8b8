// The paths of the demonstration target and what they answer.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <functional>
#include <memory>
#include <string>

#include "demo/body_source.hpp"
#include "demo/reply.hpp"

namespace zenzefi::demo {

using RequestHeader =
    boost::beast::http::request_header<boost::beast::http::basic_fields<std::allocator<char>>>;

struct RouteContext {
  const RequestHeader& request;
  boost::asio::any_io_executor executor;
  // The body of this request as a source; may be called once.
  std::function<std::unique_ptr<BodySource>()> request_body;
};

[[nodiscard]] Reply route(const RouteContext& context);

// Method, target and header fields as JSON, with each field's values in an array under its name as
// sent.
[[nodiscard]] std::string describe_request(const RequestHeader& request);

}  // namespace zenzefi::demo
