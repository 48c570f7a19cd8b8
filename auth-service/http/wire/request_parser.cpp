#include "http/wire/request_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "shared/ascii.hpp"

namespace zenzefi::http {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kMalformed = "Malformed request";
constexpr std::size_t kMaxLengthDigits = 15;

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods{{
    {"GET", Method::kGet},
    {"HEAD", Method::kHead},
    {"POST", Method::kPost},
    {"PUT", Method::kPut},
    {"PATCH", Method::kPatch},
    {"DELETE", Method::kDelete},
    {"OPTIONS", Method::kOptions},
}};

// RFC 9110, 5.6.2
constexpr bool is_token_char(char c) {
  return is_alphanumeric(c) ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

constexpr bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

// Obsolete text (above 0x7F) is let through: a User-Agent may hold it.
constexpr bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpaces = " \t";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

Method parse_method(std::string_view text) {
  const auto* const found = std::find_if(kMethods.begin(), kMethods.end(),
                                         [&](const auto& entry) { return entry.first == text; });
  return found == kMethods.end() ? Method::kOther : found->second;
}

// Whether a comma-separated list (RFC 9110, 5.6.1) names `option`.
bool lists(std::string_view list, std::string_view option) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (equal_ignoring_case(trim(list.substr(0, comma)), option)) {
      return true;
    }
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

RequestParser::State RequestParser::refuse(int status, std::string_view detail) {
  refused_ = true;
  refusal_ = {status, detail};
  return State::kRefused;
}

RequestParser::State RequestParser::feed(std::string_view bytes) {
  if (refused_) {
    return State::kRefused;
  }
  buffer_.append(bytes);
  if (!head_done_) {
    const State state = read_head();
    if (state != State::kComplete) {
      return state;
    }
  }
  if (buffer_.size() < body_length_) {
    return State::kIncomplete;
  }
  if (buffer_.size() > body_length_) {
    return refuse(400, "Pipelined requests are not supported");
  }
  return State::kComplete;
}

// kComplete: the head is read, and the buffer holds what there is of the body.
RequestParser::State RequestParser::read_head() {
  const std::size_t end = buffer_.find(kHeadEnd, scanned_);
  if (std::min(end, buffer_.size()) > limits_.max_head) {
    return refuse(400, "Request header too large");
  }
  if (end == std::string::npos) {
    scanned_ = buffer_.size() < kHeadEnd.size() ? 0 : buffer_.size() - kHeadEnd.size() + 1;
    return State::kIncomplete;
  }

  std::string_view head = std::string_view{buffer_}.substr(0, end);
  for (bool first = true; first || !head.empty(); first = false) {
    const std::size_t line_end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, line_end);
    if (!(first ? read_request_line(line) : read_header(line))) {
      return State::kRefused;
    }
    head.remove_prefix(std::min(line_end + 2, head.size()));
  }
  buffer_.erase(0, end + kHeadEnd.size());
  head_done_ = true;
  return State::kComplete;
}

bool RequestParser::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !is_token(line.substr(0, first))) {
    refuse(400, kMalformed);
    return false;
  }
  request_.method = parse_method(line.substr(0, first));
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    refuse(400, "Unsupported protocol version");
    return false;
  }
  keep_alive_ = version == "HTTP/1.1";
  return read_target(line.substr(first + 1, last - first - 1));
}

bool RequestParser::read_target(std::string_view target) {
  const std::size_t question = std::min(target.find('?'), target.size());
  if (target.empty() || target.front() != '/' ||
      !std::all_of(target.begin(), target.end(), is_visible)) {
    refuse(400, kMalformed);
    return false;
  }
  if (question > limits_.max_path) {
    refuse(400, "Path too long");
    return false;
  }
  request_.path = target.substr(0, question);
  request_.query = target.substr(std::min(question + 1, target.size()));
  return true;
}

bool RequestParser::read_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    refuse(400, kMalformed);
    return false;
  }
  const std::string_view value = trim(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_value_char)) {
    refuse(400, kMalformed);
    return false;
  }
  if (request_.headers.size() >= limits_.max_headers) {
    refuse(400, "Too many headers");
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  request_.headers.emplace_back(name, value);
  return note_header(name, value);
}

bool RequestParser::note_header(std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "Transfer-Encoding")) {
    refuse(411, "Content-Length required");
    return false;
  }
  if (equal_ignoring_case(name, "Content-Length")) {
    return note_content_length(value);
  }
  if (equal_ignoring_case(name, "Connection")) {
    keep_alive_ = !lists(value, "close") && (keep_alive_ || lists(value, "keep-alive"));
  }
  return true;
}

bool RequestParser::note_content_length(std::string_view value) {
  const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
  if (has_length_ || !digits) {
    refuse(400, "Invalid Content-Length");
    return false;
  }
  has_length_ = true;
  body_length_ = value.size() <= kMaxLengthDigits ? std::stoull(std::string{value}) : SIZE_MAX;
  if (body_length_ > limits_.max_body) {
    refuse(413, "Request body too large");
    return false;
  }
  return true;
}

Request RequestParser::take() {
  Request taken = std::move(request_);
  taken.body = std::move(buffer_);
  *this = RequestParser{limits_};
  return taken;
}

}  // namespace zenzefi::http
