// HTTP as a client program speaks it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/await.hpp"
#include "tests/support/json.hpp"

namespace zenzefi::test {

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  std::vector<std::string> headers = {};  // "Name: value"
  std::optional<std::string> body = {};
  std::chrono::milliseconds timeout = kPatience;
  bool http2 = false;  // by prior knowledge, without TLS
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // as they came, all of them
  std::string raw_headers;                                   // with the status line
  std::string body;

  // The first of that name, in any case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> header_values(std::string_view name) const;
  [[nodiscard]] Json json() const;
};

// No answer: refused, reset, timed out.
class HttpFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Sees every exchange of every client from now on, on the client's thread.
using ExchangeObserver = std::function<void(const HttpRequest&, const HttpResponse&)>;
// Before there are other threads.
void observe_exchanges(ExchangeObserver observer);
// For clients of another kind.
void notify_of_exchange(const HttpRequest& request, const HttpResponse& response);

// Keeps its connections open between requests, follows no redirect and keeps no cookie. Not
// thread-safe: one for each thread.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  HttpResponse send(const HttpRequest& request);
  HttpResponse get(const std::string& url, std::vector<std::string> headers = {});
  // With Content-Type: application/json.
  HttpResponse post_json(const std::string& url, std::string body,
                         std::vector<std::string> headers = {});

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace zenzefi::test
