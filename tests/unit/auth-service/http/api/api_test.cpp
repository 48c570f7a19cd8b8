#include "api_test.hpp"

#include <array>

#include "shared/ascii.hpp"

namespace zenzefi::test {
namespace {

using http::Method;

Method method_of(std::string_view name) {
  for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                              Method::kPatch, Method::kDelete, Method::kOptions}) {
    if (http::to_string(method) == name) {
      return method;
    }
  }
  return Method::kOther;
}

}  // namespace

http::Response ApiTest::call(std::string_view method, std::string_view target, std::string body,
                             Headers headers) {
  const http::Router router = http::public_api(use_cases, settings, clock);
  return answer(router, method, target, std::move(body), std::move(headers));
}

http::Response ApiTest::call_internal(std::string_view method, std::string_view target,
                                      Headers headers) {
  return answer(http::internal_api(use_cases), method, target, {}, std::move(headers));
}

http::Response ApiTest::answer(const http::Router& router, std::string_view method,
                               std::string_view target, std::string body, Headers headers) {
  http::Request request;
  request.method = method_of(method);
  request.path = target.substr(0, target.find('?'));
  request.query = target.substr(std::min(request.path.size() + 1, target.size()));
  if (!body.empty()) {
    headers.emplace_back("Content-Type", "application/json");
  }
  request.body = std::move(body);
  request.headers = std::move(headers);
  http::Router::Result found = router.find(request.method, request.path);
  auto* match = std::get_if<http::Router::Match>(&found);
  if (match == nullptr) {
    ADD_FAILURE() << "no route for " << method << " " << target;
    return {};
  }
  request.path_parameters = match->parameters;
  if (const auto* const handler = std::get_if<http::Handler>(&match->route->handler)) {
    return (*handler)(request);
  }
  return answer_together(match->route->handler, {&request}).at(0);
}

std::map<std::size_t, http::Response> ApiTest::answer_together(
    const http::AnyHandler& handler, const std::vector<const http::Request*>& requests) {
  std::map<std::size_t, http::Response> answers;
  const auto answer = [&](std::size_t place, http::Response response) {
    EXPECT_TRUE(answers.emplace(place, std::move(response)).second) << "answered twice";
  };
  (*std::get<std::shared_ptr<const http::BatchHandler>>(handler))(requests, answer);
  return answers;
}

ApiTest::Headers ApiTest::as(const std::string& name) {
  if (!login(name + "@example.com", kPassword)) {
    register_user(name);
  }
  return {{"Authorization", "Bearer " + signed_in(name).sign_in.access_token}};
}

ApiTest::Headers ApiTest::with_credits(const std::string& name, const std::string& balance) {
  Headers headers = as(name);
  const auto response = call("POST", "/api/v1/currency/purchase",
                             R"({"amount":)" + balance + R"(,"payment_method":"card"})", headers);
  EXPECT_EQ(response.status, 200) << response.body;
  return headers;
}

std::string ApiTest::bought_token(const Headers& headers) {
  const auto response =
      call("POST", "/api/v1/tokens/purchase", R"({"duration_hours":24})", headers);
  EXPECT_EQ(response.status, 201) << response.body;
  return Json{response.body}.text("/token");
}

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (equal_ignoring_case(key, name)) {
      return value;
    }
  }
  return {};
}

std::string detail_of(const http::Response& response) {
  return Json{response.body}.text("/detail");
}

}  // namespace zenzefi::test
