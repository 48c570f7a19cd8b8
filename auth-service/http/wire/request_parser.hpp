// HTTP/1.1 requests out of a byte stream (RFC 9112), strictly: what two parsers could read in two
// ways is refused, for that is what request smuggling is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace zenzefi::http {

struct ParserLimits {
  std::size_t max_head = 8UL * 1024;  // bytes, request line and headers together
  std::size_t max_path = 2UL * 1024;  // bytes
  std::size_t max_headers = 64;
  std::size_t max_body = 16UL * 1024;  // bytes
};

// Why a request is refused. The connection is of no use afterwards: where the next request would
// begin is unknown.
struct Refusal {
  int status = 400;
  std::string_view detail;
};

// One connection's input. Not thread-safe.
class RequestParser {
 public:
  enum class State {
    kIncomplete,
    kComplete,  // take() it
    kRefused,   // for good; see refusal()
  };

  explicit RequestParser(const ParserLimits& limits) : limits_(limits) {}

  // Bytes behind a complete request (pipelining) refuse it.
  State feed(std::string_view bytes);

  // The complete request; the parser is ready for the next one then. `request_id` and
  // `received_at` are the caller's to fill in.
  [[nodiscard]] Request take();

  // Whether the client allows the connection to be used again. Good once complete.
  [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
  [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }
  // What is known of a request even if it is refused.
  [[nodiscard]] const Request& request() const noexcept { return request_; }
  // Nothing of a request has arrived yet.
  [[nodiscard]] bool empty() const noexcept { return buffer_.empty() && !head_done_; }

 private:
  State refuse(int status, std::string_view detail);
  State read_head();
  bool read_request_line(std::string_view line);
  bool read_target(std::string_view target);
  bool read_header(std::string_view line);
  bool note_header(std::string_view name, std::string_view value);
  bool note_content_length(std::string_view value);

  ParserLimits limits_;
  std::string buffer_;  // the head until it is whole, then the body
  std::size_t scanned_ = 0;
  bool head_done_ = false;
  bool has_length_ = false;
  std::size_t body_length_ = 0;
  bool keep_alive_ = true;
  Request request_;
  Refusal refusal_;
  bool refused_ = false;
};

}  // namespace zenzefi::http
