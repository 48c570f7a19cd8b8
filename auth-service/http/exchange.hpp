// What the log and the metrics may know of a request and its answer: never a body, a query, a
// credential, or a path, which a client can fill with anything.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "http/message.hpp"

namespace zenzefi::http {

// Where no route was found.
inline constexpr std::string_view kNoRoute = "-";

// The views are good during the call.
struct Exchange {
  std::string_view request_id;
  Method method;
  std::string_view route;  // the pattern, or kNoRoute
  int status;
  std::chrono::microseconds duration;  // waiting in the queue included
  std::string_view note;               // of an internal error; else empty
};

// Called on IO and worker threads, before the answer is sent. Must not throw.
using ExchangeLog = std::function<void(const Exchange&)>;

}  // namespace zenzefi::http
