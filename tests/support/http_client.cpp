#include "tests/support/http_client.hpp"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>

namespace zenzefi::test {
namespace {

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

List header_list(const std::vector<std::string>& headers) {
  // Neither is asked for by a test unless it says so.
  List list{curl_slist_append(nullptr, "Expect:")};
  for (const std::string& header : headers) {
    list.reset(curl_slist_append(list.release(), header.c_str()));
  }
  return list;
}

std::size_t append_body(char* data, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

// Of an interim answer (100 Continue) only the last answer's headers are kept.
std::size_t append_header(char* data, std::size_t size, std::size_t count, void* into) {
  auto& response = *static_cast<HttpResponse*>(into);
  const std::string_view line{data, size * count};
  if (line.starts_with("HTTP/")) {
    response.headers.clear();
    response.raw_headers.clear();
  }
  response.raw_headers.append(line);
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value.remove_suffix(value.size() - (value.find_last_not_of(" \t\r\n") + 1));
    response.headers.emplace_back(line.substr(0, colon), value);
  }
  return size * count;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

ExchangeObserver& exchange_observer() {
  static ExchangeObserver observer;
  return observer;
}

}  // namespace

void observe_exchanges(ExchangeObserver observer) {
  exchange_observer() = std::move(observer);
}

void notify_of_exchange(const HttpRequest& request, const HttpResponse& response) {
  if (exchange_observer()) {
    exchange_observer()(request, response);
  }
}

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return same_name(header.first, name);
  });
  return found == headers.end() ? std::nullopt : std::optional{found->second};
}

std::vector<std::string> HttpResponse::header_values(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [own_name, value] : headers) {
    if (same_name(own_name, name)) {
      values.push_back(value);
    }
  }
  return values;
}

Json HttpResponse::json() const {
  return Json{body};
}

struct HttpClient::Handle {
  Handle() : curl{curl_easy_init()} {
    if (curl == nullptr) {
      throw HttpFailure("curl_easy_init");
    }
  }
  ~Handle() { curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  CURL* curl;
};

HttpClient::HttpClient() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_ALL);
  if (ready != CURLE_OK) {
    throw HttpFailure("curl_global_init");
  }
  handle_ = std::make_unique<Handle>();
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

HttpResponse HttpClient::send(const HttpRequest& request) {
  CURL* curl = handle_->curl;
  HttpResponse response;
  const List headers = header_list(request.headers);
  curl_easy_reset(curl);  // connections stay
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                   request.http2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1);
  if (request.body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body->data());
  }
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, append_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &response);
  if (const CURLcode result = curl_easy_perform(curl); result != CURLE_OK) {
    throw HttpFailure(request.method + " " + request.url + ": " + curl_easy_strerror(result));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  notify_of_exchange(request, response);
  return response;
}

HttpResponse HttpClient::get(const std::string& url, std::vector<std::string> headers) {
  return send({.url = url, .headers = std::move(headers)});
}

HttpResponse HttpClient::post_json(const std::string& url, std::string body,
                                   std::vector<std::string> headers) {
  headers.emplace_back("Content-Type: application/json");
  return send(
      {.method = "POST", .url = url, .headers = std::move(headers), .body = std::move(body)});
}

}  // namespace zenzefi::test
