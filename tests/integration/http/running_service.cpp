#include "tests/integration/http/running_service.hpp"

#include <memory>
#include <stdexcept>

#include "http/wire/response_format.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {
namespace {

using http::Method;
using http::Pool;
using http::Request;
using http::Response;

Response echo(const Request& request) {
  Response response;
  response.body = R"({"id":")" + request.path_parameters.at("id") + "\"}";
  return response;
}

}  // namespace

RunningService::RunningService(const http::PoolOptions& pools)
    : service_({.pools = pools}, routes(), http::Router{},
               [this](const http::Exchange& /*exchange*/) { ++answered_; }) {
  service_.start();
}

http::Router RunningService::routes() {
  http::Router router;
  router.add(Method::kGet, "/echo/{id}", Pool::kGeneral, echo);
  router.add(Method::kPost, "/echo/{id}", Pool::kCheck, echo);
  router.add(Method::kGet, "/inline/{id}", Pool::kInline, echo);
  router.add(Method::kGet, "/gate", Pool::kGeneral, [this](const Request& /*request*/) {
    gate.pass();
    Response response;
    response.body = R"({"passed":true})";
    return response;
  });
  router.add(Method::kGet, "/together/{id}", Pool::kGeneral,
             std::make_shared<const http::BatchHandler>(
                 [this](std::span<const Request* const> requests, const http::Answer& answer) {
                   answer_together(requests, answer);
                 }));
  router.add(Method::kPost, "/large", Pool::kGeneral, [](const Request& /*request*/) {
    Response response;
    response.body = std::string(http::kMaxResponseBody, ' ');
    return response;
  });
  router.add(Method::kGet, "/throws", Pool::kGeneral, [](const Request& /*request*/) -> Response {
    throw std::runtime_error("password=hunter2");
  });
  router.add(Method::kGet, "/throws-oddly", Pool::kGeneral,
             [](const Request& /*request*/) -> Response { throw 42; });
  return router;
}

void RunningService::answer_together(std::span<const Request* const> requests,
                                     const http::Answer& answer) {
  std::vector<std::string> ids;
  for (const Request* const request : requests) {
    ids.push_back(request->path_parameters.at("id"));
  }
  {
    const std::lock_guard lock{mutex_};
    batches_.push_back(ids);
  }
  for (std::size_t place = requests.size(); place-- > 0;) {
    if (ids[place] == "throw") {
      throw std::runtime_error("password=hunter2");
    }
    if (ids[place] != "never" && (ids[place] != "later" || ids.size() == 1)) {
      answer(place, echo(*requests[place]));
    }
  }
}

std::vector<std::vector<std::string>> RunningService::batches() const {
  const std::lock_guard lock{mutex_};
  return batches_;
}

std::string RunningService::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + path;
}

std::string RunningService::metrics() const {
  HttpClient client;
  return client.get("http://127.0.0.1:" + std::to_string(internal_port()) + "/metrics").body;
}

}  // namespace zenzefi::test
