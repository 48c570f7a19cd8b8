#include "tests/support/raw_exchange.hpp"

#include <algorithm>
#include <charconv>

#include "tests/support/http_client.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::string_view take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + end.size(), text.size()));
  return taken;
}

std::string without_chunks(std::string_view body) {
  std::string whole;
  while (!body.empty()) {
    const std::string_view size = take_until(body, kLineEnd);
    std::size_t length = 0;
    std::from_chars(size.data(), size.data() + size.size(), length, 16);
    whole.append(body.substr(0, length));
    body.remove_prefix(std::min(length + kLineEnd.size(), body.size()));
  }
  return whole;
}

HttpResponse parse_answer(std::string_view received) {
  HttpResponse response;
  response.status = status_of(received);
  std::string_view head = take_until(received, "\r\n\r\n");
  response.raw_headers = head;
  take_until(head, kLineEnd);
  while (!head.empty()) {
    std::string_view line = take_until(head, kLineEnd);
    const std::string_view name = take_until(line, ": ");
    response.headers.emplace_back(name, line);
  }
  const auto length = response.header("Content-Length");
  response.body = response.header("Transfer-Encoding") == "chunked"
                      ? without_chunks(received)
                      : received.substr(0, length ? std::stoul(*length) : std::string::npos);
  return response;
}

}  // namespace

void report_exchange(std::string_view sent, std::string_view received) {
  std::string_view line = take_until(sent, kLineEnd);
  HttpRequest request;
  request.method = take_until(line, " ");
  const std::string_view target = take_until(line, " ");
  if (!target.starts_with('/') || line != "HTTP/1.1" || status_of(received) < 200) {
    return;
  }
  request.url = "http://127.0.0.1" + std::string{target};
  notify_of_exchange(request, parse_answer(received));
}

}  // namespace zenzefi::test
