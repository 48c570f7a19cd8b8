// A request and its answer as handlers see them: plain values, nothing of the HTTP library.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zenzefi::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

[[nodiscard]] std::string_view to_string(Method method) noexcept;

struct Request {
  Method method = Method::kGet;
  std::string path;   // as sent, without the query
  std::string query;  // as sent, without the question mark
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;         // in order, names as sent
  std::map<std::string, std::string, std::less<>> path_parameters;  // filled in by the router
  std::string request_id;                                           // never empty
  std::chrono::steady_clock::time_point received_at;

  // The first header of that name, compared without regard to case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;      // JSON unless a Content-Type header says otherwise; empty sends none
  std::string log_note;  // what went wrong, for the log alone; never sent
};

}  // namespace zenzefi::http
