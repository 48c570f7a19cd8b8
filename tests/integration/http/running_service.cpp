#include "tests/integration/http/running_service.hpp"

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

std::string RunningService::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + path;
}

std::string RunningService::metrics() const {
  HttpClient client;
  return client.get("http://127.0.0.1:" + std::to_string(internal_port()) + "/metrics").body;
}

}  // namespace zenzefi::test
