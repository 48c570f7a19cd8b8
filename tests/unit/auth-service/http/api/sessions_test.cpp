// /auth/sessions
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class SessionsApi : public ApiTest {
 protected:
  http::Response list(const Headers& headers, const std::string& query = "") {
    return call("GET", "/api/v1/auth/sessions" + query, {}, headers);
  }
  http::Response end(const std::string& id, const Headers& headers) {
    return call("DELETE", "/api/v1/auth/sessions/" + id, {}, headers);
  }
};

TEST_F(SessionsApi, ListsOnesOwnNewestFirst) {
  const Headers first = as("ann");
  clock.time += std::chrono::hours{1};
  const Headers second = as("ann");
  const Headers bob = as("bob");
  const auto response = list(second);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  // as() signs in twice when it meets a known name: once to see whether it is known.
  const auto total = json.integer("/total");
  EXPECT_EQ(json.size("/items"), static_cast<std::size_t>(total));
  EXPECT_TRUE(json.boolean("/items/0/is_current"));
  EXPECT_FALSE(json.boolean("/items/1/is_current"));
  EXPECT_EQ(json.text("/items/0/ip_address"), "192.0.2.1");
  EXPECT_EQ(json.text("/items/0/device_info"), "curl/7.88");
  EXPECT_FALSE(json.boolean("/items/0/remember_me"));
  EXPECT_TRUE(json.text("/items/0/created_at") > json.text("/items/2/created_at"));
  EXPECT_EQ(response.body.find("token"), std::string::npos);
  EXPECT_EQ(Json{list(bob).body}.integer("/total"), 1);
  EXPECT_EQ(Json{list(second, "?limit=1&offset=1").body}.size("/items"), 1U);
  EXPECT_EQ(list(second, "?limit=0").status, 422);
  EXPECT_EQ(list({}).status, 403);
}

TEST_F(SessionsApi, EndsOneAndNoOther) {
  const Headers ann = as("ann");
  const auto other = signed_in("ann");
  const std::string id = Json{list(ann).body}.boolean("/items/0/is_current")
                             ? Json{list(ann).body}.text("/items/1/id")
                             : Json{list(ann).body}.text("/items/0/id");
  EXPECT_EQ(end(id, as("bob")).status, 404) << "not his";
  const auto ended = end(id, ann);
  EXPECT_EQ(ended.status, 204);
  EXPECT_TRUE(ended.body.empty());
  EXPECT_EQ(end(id, ann).status, 404) << "over already";
  EXPECT_EQ(list(ann).status, 200);
  EXPECT_EQ(list({{"Authorization", "Bearer " + other.sign_in.access_token}}).status, 401);
  EXPECT_EQ(call("POST", "/api/v1/auth/refresh",
                 R"({"refresh_token":")" + other.sign_in.refresh_token + "\"}")
                .status,
            401);
}

TEST_F(SessionsApi, EndsTheCurrentOne) {
  const Headers ann = as("ann");
  EXPECT_EQ(end(Json{list(ann).body}.text("/items/0/id"), ann).status, 204);
  EXPECT_EQ(list(ann).status, 401);
}

TEST_F(SessionsApi, TellsNoForeignFromNoSession) {
  const Headers ann = as("ann");
  const auto unknown = end("00000000-0000-4000-8000-000000000000", ann);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(end("no-uuid", ann).body, unknown.body);
}

TEST_F(SessionsApi, ShowsNoneThatExpired) {
  static_cast<void>(as("ann"));
  clock.time += domain::kSessionLifetime;
  EXPECT_EQ(Json{list(as("ann")).body}.integer("/total"), 2) << "the two of this sign-in";
}

}  // namespace
}  // namespace zenzefi::test
