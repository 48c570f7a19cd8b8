#include "account.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "tests/support/await.hpp"

namespace zenzefi::test {
namespace {

Json require(const HttpResponse& response, int status, const std::string& doing) {
  if (response.status != status) {
    throw std::runtime_error(doing + ": " + response.raw_headers + response.body);
  }
  return response.json();
}

std::string unique_name() {
  static std::atomic<int> count{0};
  return "person-" + std::to_string(++count);
}

}  // namespace

Account::Account(const Stack& stack, const std::string& deposit) : url_{stack.url("/api/v1")} {
  const std::string name = unique_name();
  email_ = name + "@example.org";
  const std::string credentials =
      R"("email":)" + test::quoted(email_) + R"(,"password":)" + test::quoted(password_);
  id_ = require(post("/auth/register",
                     R"({"username":)" + test::quoted(name) + "," + credentials + "}"),
                201, "registering")
            .text("/id");
  authorization_ = "Authorization: Bearer " +
                   require(post("/auth/login", "{" + credentials + "}"), 200, "signing in")
                       .text("/access_token");
  if (deposit != "0") {
    require(post("/currency/purchase", R"({"payment_method":"card","amount":)" + deposit + "}"),
            200, "paying in");
  }
}

HttpResponse Account::get(const std::string& path) const {
  return HttpClient{}.get(url_ + path, {authorization_});
}

HttpResponse Account::post(const std::string& path, const std::string& body,
                           std::vector<std::string> headers) const {
  if (!authorization_.empty()) {
    headers.push_back(authorization_);
  }
  return HttpClient{}.post_json(url_ + path, body, std::move(headers));
}

HttpResponse Account::patch(const std::string& path, const std::string& body) const {
  return HttpClient{}.send({.method = "PATCH",
                            .url = url_ + path,
                            .headers = {authorization_, "Content-Type: application/json"},
                            .body = body});
}

HttpResponse Account::remove(const std::string& path) const {
  return HttpClient{}.send({.method = "DELETE", .url = url_ + path, .headers = {authorization_}});
}

BoughtToken Account::buy(int duration_hours) const {
  const Json bought = require(
      post("/tokens/purchase", R"({"duration_hours":)" + std::to_string(duration_hours) + "}"), 201,
      "buying a token");
  return {.id = bought.text("/token_id"), .text = bought.text("/token")};
}

HttpResponse Account::revoke(const BoughtToken& token) const {
  return remove("/tokens/" + token.id);
}

std::string Account::balance() const {
  return require(get("/currency/balance"), 200, "asking for the balance").number("balance");
}

std::string token_header(const BoughtToken& token) {
  return "X-Access-Token: " + token.text;
}

void make_known(Stack& stack, const BoughtToken& token) {
  constexpr int kToStay = 20;
  HttpClient client;
  await("nginx to remember the token", [&] {
    EXPECT_EQ(client.get(stack.proxied(), {token_header(token)}).status, 200);
    const std::string log = stack.nginx().access_log();
    const std::string remembered = token.id + " cache=L1";
    int times = 0;
    for (std::size_t at = log.find(remembered); at != std::string::npos;
         at = log.find(remembered, at + 1)) {
      ++times;
    }
    return times > kToStay;
  });
}

}  // namespace zenzefi::test
