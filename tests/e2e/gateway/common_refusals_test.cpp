// Refusals that calls have in common, from each call that /openapi.json describes: without
// credentials, with wrong ones, without the role, with a body or a query that is none, too often,
// without the service.
#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/pattern.hpp"

namespace zenzefi::test {
namespace {

// A call of the service, as the description has it.
struct Call {
  std::string method;
  std::string path;
  bool for_accounts = false;
  bool has_body = false;
  bool has_query = false;
};

// References are to parameters that more than one call has: those of a page.
bool takes_page(const rapidjson::Value& operation) {
  if (!operation.HasMember("parameters")) {
    return false;
  }
  const auto parameters = operation["parameters"].GetArray();
  return std::any_of(parameters.begin(), parameters.end(), [](const auto& parameter) {
    return parameter.HasMember("$ref") &&
           std::string{parameter["$ref"].GetString()}.ends_with("/limit");
  });
}

std::vector<Call> described_calls(const Json& description) {
  std::vector<Call> calls;
  for (const auto& [path, item] : description.document()["paths"].GetObject()) {
    const std::string template_text = path.GetString();
    if (template_text.ends_with("{path}")) {
      continue;  // the target's
    }
    std::string filled = template_text;
    while (const auto parameter = first_match(filled, R"(\{\w+\})")) {
      filled.replace(parameter->begin, parameter->end - parameter->begin,
                     "00000000-0000-4000-8000-000000000000");
    }
    for (const auto& [name, operation] : item.GetObject()) {
      std::string method = name.GetString();
      if (method == "parameters") {
        continue;
      }
      std::transform(method.begin(), method.end(), method.begin(), ::toupper);
      calls.push_back({.method = method,
                       .path = filled,
                       .for_accounts = !operation.HasMember("security"),
                       // What is signed is not looked into before.
                       .has_body = operation["responses"].HasMember("415"),
                       .has_query = takes_page(operation)});
    }
  }
  return calls;
}

class CommonRefusals : public testing::Test {
 protected:
  CommonRefusals() {
    static_cast<void>(
        query_value(stack_, "UPDATE users SET role = 'admin' WHERE id = '" + admin_.id() + "'"));
  }

  HttpResponse send(const Call& call, std::vector<std::string> headers,
                    std::optional<std::string> body = {}) {
    return HttpClient{}.send({.method = call.method,
                              .url = stack_.url(call.path),
                              .headers = std::move(headers),
                              .body = std::move(body)});
  }
  void expect(int status, const Call& call, const HttpResponse& response) {
    EXPECT_EQ(response.status, status) << call.method << " " << call.path << response.body;
  }

  Stack stack_;
  Account alice_{stack_, "0"};
  Account admin_{stack_, "0"};
  std::vector<Call> calls_ = described_calls(HttpClient{}.get(stack_.url("/openapi.json")).json());
};

TEST_F(CommonRefusals, AreGivenByEveryCallThatDescribesThem) {
  stack_.nginx().expect_error("client intended to send too large|connect\\(\\) failed");
  const std::string json = "Content-Type: application/json";
  EXPECT_GT(calls_.size(), 30U);
  for (Call call : calls_) {
    if (call.for_accounts) {
      expect(403, call, send(call, {}));
      expect(401, call, send(call, {"Authorization: Bearer nobody's"}));
    }
    if (call.path.starts_with("/api/v1/admin/")) {
      expect(403, call, send(call, {alice_.authorization()}));
    }
    if (call.has_body) {
      expect(415, call, send(call, {admin_.authorization(), "Content-Type: text/plain"}, "{}"));
      expect(422, call, send(call, {admin_.authorization(), json}, "{"));
      expect(413, call, send(call, {admin_.authorization(), json}, std::string(100'000, ' ')));
    }
    if (call.has_query) {
      call.path += "?limit=0";
      expect(422, call, send(call, {admin_.authorization()}));
    }
  }
  stack_.redis.command({"SET", "rate_limit:api:" + admin_.id(), "1000000", "EX", "3600"});
  for (const Call& call : calls_) {
    if (call.for_accounts) {
      const HttpResponse response = send(call, {admin_.authorization()});
      expect(429, call, response);
      EXPECT_TRUE(response.header("Retry-After").has_value()) << call.path;
    }
  }
  stack_.auth.stop();
  for (const Call& call : calls_) {
    const HttpResponse response = send(call, {});
    expect(503, call, response);
    EXPECT_TRUE(response.header("Retry-After").has_value()) << call.path;
  }
}

}  // namespace
}  // namespace zenzefi::test
