// /tokens
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class TokensApi : public ApiTest {
 protected:
  http::Response validate(const std::string& token) {
    return call("POST", "/api/v1/tokens/validate", R"({"token":)" + test::quoted(token) + "}");
  }
  http::Response buy_hours(const std::string& hours, Headers headers) {
    return call("POST", "/api/v1/tokens/purchase", R"({"duration_hours":)" + hours + "}",
                std::move(headers));
  }
};

TEST_F(TokensApi, PricesAreForEverybody) {
  EXPECT_EQ(call("GET", "/api/v1/tokens/prices").body,
            R"({"items":[{"duration_hours":1,"price":1.00},{"duration_hours":12,"price":10.00},)"
            R"({"duration_hours":24,"price":18.00},{"duration_hours":168,"price":100.00},)"
            R"({"duration_hours":720,"price":300.00}],"currency":"ZNC"})");
}

TEST_F(TokensApi, PurchaseAnswersTheToken) {
  const auto response = buy_hours("24", with_credits("ann", "20"));
  ASSERT_EQ(response.status, 201) << response.body;
  const Json json{response.body};
  EXPECT_TRUE(Uuid::parse(json.text("/token_id")).has_value());
  EXPECT_EQ(json.text("/token").size(), 64U);
  EXPECT_EQ(json.integer("/duration_hours"), 24);
  EXPECT_EQ(json.number("cost"), "18.00");
  EXPECT_TRUE(json.text("/created_at").ends_with("Z"));
  EXPECT_TRUE(json.is_null("/activated_at"));
  EXPECT_TRUE(json.is_null("/expires_at"));
  EXPECT_TRUE(json.boolean("/is_active"));
}

TEST_F(TokensApi, PurchaseNeedsADurationOnSaleAndTheMoney) {
  const Headers ann = with_credits("ann", "10");
  for (const char* hours : {"0", "2", "-24", "99999999999"}) {
    EXPECT_EQ(buy_hours(hours, ann).status, 400) << hours;
  }
  for (const char* hours : {"\"24\"", "24.5", "null", "true", "{}"}) {
    EXPECT_EQ(buy_hours(hours, ann).status, 422) << hours;
  }
  const auto poor = buy_hours("24", ann);
  EXPECT_EQ(poor.status, 402);
  EXPECT_EQ(detail_of(poor), "Insufficient balance. Required: 18.00 ZNC, Available: 10.00 ZNC");
}

TEST_F(TokensApi, PurchaseWithAKeyGivesTheFirstAnswerAgain) {
  Headers ann = with_credits("ann", "100");
  ann.emplace_back("Idempotency-Key", "order-1");
  const auto first = buy_hours("24", ann);
  ASSERT_EQ(first.status, 201);
  call("POST", "/api/v1/proxy/authenticate",
       R"({"token":")" + Json{first.body}.text("/token") + "\"}");
  EXPECT_EQ(buy_hours("24", ann).body, first.body) << "although it is in use by now";
  EXPECT_EQ(buy_hours("12", ann).status, 409);
  EXPECT_EQ(database.state.tokens.size(), 1U);
}

TEST_F(TokensApi, MyTokensShowsThemAgain) {
  const Headers ann = with_credits("ann", "100");
  const std::string token = bought_token(ann);
  const auto response = call("GET", "/api/v1/tokens/my-tokens", {}, ann);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_EQ(json.text("/items/0/token"), token);
  EXPECT_TRUE(json.is_null("/items/0/activated_at"));
  EXPECT_TRUE(json.is_null("/items/0/expires_at"));
  EXPECT_TRUE(json.is_null("/items/0/revoked_at"));
  EXPECT_TRUE(json.boolean("/items/0/is_active"));
  EXPECT_EQ(json.integer("/total"), 1);

  call("DELETE", "/api/v1/tokens/" + json.text("/items/0/token_id"), {}, ann);
  EXPECT_EQ(
      Json{call("GET", "/api/v1/tokens/my-tokens?active_only=true", {}, ann).body}.size("/items"),
      0U);
  EXPECT_EQ(
      Json{call("GET", "/api/v1/tokens/my-tokens?active_only=false", {}, ann).body}.size("/items"),
      1U);
  EXPECT_EQ(call("GET", "/api/v1/tokens/my-tokens?active_only=maybe", {}, ann).status, 422);
  EXPECT_EQ(Json{call("GET", "/api/v1/tokens/my-tokens", {}, as("bob")).body}.integer("/total"), 0);
}

TEST_F(TokensApi, ValidateLooksAndChangesNothing) {
  const Headers ann = with_credits("ann", "100");
  const std::string token = bought_token(ann);
  const Json fresh{validate(token).body};
  EXPECT_TRUE(fresh.boolean("/valid"));
  EXPECT_TRUE(fresh.is_null("/expires_at"));
  EXPECT_EQ(fresh.integer("/time_remaining_seconds"), 24 * 3600);
  EXPECT_FALSE(stored(*Uuid::parse(fresh.text("/token_id"))).activated_at.has_value());

  call("POST", "/api/v1/proxy/authenticate", R"({"token":")" + token + "\"}");
  clock.time += std::chrono::hours{1};
  const Json used{validate(token).body};
  EXPECT_TRUE(used.text("/expires_at").ends_with("Z"));
  EXPECT_EQ(used.integer("/time_remaining_seconds"), 23 * 3600);
  clock.time += std::chrono::hours{23};
  EXPECT_EQ(validate(token).body, R"({"valid":false,"reason":"Token expired"})");
}

TEST_F(TokensApi, ValidateKnowsNoImplausibleToken) {
  for (const std::string& token :
       {std::string{}, std::string{"unknown"}, std::string(10 * 1024, 'a'),
        std::string{"not base64!"}, std::string("nul\0inside", 10)}) {
    const auto response = validate(token);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"valid":false,"reason":"Token not found"})");
  }
  EXPECT_EQ(call("POST", "/api/v1/tokens/validate", R"({})").status, 422);
  EXPECT_EQ(call("POST", "/api/v1/tokens/validate", R"({"token":5})").status, 422);
}

TEST_F(TokensApi, ExtendAnswersTheNewEnd) {
  Headers ann = with_credits("ann", "100");
  const std::string token = bought_token(ann);
  const std::string id = Json{validate(token).body}.text("/token_id");
  const std::string path = "/api/v1/tokens/" + id + "/extend";
  const std::string twelve = R"({"duration_hours":12})";
  EXPECT_EQ(call("POST", path, twelve, as("bob")).status, 404);
  EXPECT_EQ(call("POST", path, R"({"duration_hours":2})", ann).status, 400);
  EXPECT_EQ(call("POST", path, R"({})", ann).status, 422);
  EXPECT_EQ(call("POST", path, R"({"duration_hours":168})", ann).status, 402);

  ann.emplace_back("Idempotency-Key", "longer");
  const auto first = call("POST", path, twelve, ann);
  ASSERT_EQ(first.status, 200) << first.body;
  const Json json{first.body};
  EXPECT_EQ(json.text("/token_id"), id);
  EXPECT_EQ(json.text("/token"), token);
  EXPECT_EQ(json.integer("/duration_hours"), 36);
  EXPECT_EQ(json.number("cost"), "10.00");
  EXPECT_TRUE(json.is_null("/expires_at"));
  EXPECT_TRUE(json.boolean("/is_active"));
  ann.pop_back();

  call("POST", "/api/v1/proxy/authenticate", R"({"token":")" + token + "\"}");
  const auto second = call("POST", path, twelve, ann);
  EXPECT_EQ(Json{second.body}.integer("/duration_hours"), 48);
  EXPECT_EQ(Json{second.body}.text("/expires_at"),
            format_timestamp(clock.time + std::chrono::hours{48}));

  call("DELETE", "/api/v1/tokens/" + id, {}, ann);
  EXPECT_EQ(call("POST", path, twelve, ann).status, 409);
  ann.emplace_back("Idempotency-Key", "longer");
  EXPECT_EQ(call("POST", path, twelve, ann).body, first.body) << "although it is over by now";
}

TEST_F(TokensApi, RevokeGivesBackWhatIsLeft) {
  const Headers ann = with_credits("ann", "100");
  const std::string token = bought_token(ann);
  const std::string path = "/api/v1/tokens/" + Json{validate(token).body}.text("/token_id");
  EXPECT_EQ(call("DELETE", path, {}, as("bob")).status, 404);
  const auto response = call("DELETE", path, {}, ann);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"revoked":true,"refund_amount":18.00,"new_balance":100.00})");
  EXPECT_EQ(call("DELETE", path, {}, ann).status, 409);
  EXPECT_EQ(validate(token).body, R"({"valid":false,"reason":"Token revoked"})");
}

TEST_F(TokensApi, RevokeTellsNoForeignFromNoToken) {
  const Headers ann = as("ann");
  const auto unknown =
      call("DELETE", "/api/v1/tokens/00000000-0000-4000-8000-000000000000", {}, ann);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(call("DELETE", "/api/v1/tokens/no-uuid", {}, ann).body, unknown.body);
}

}  // namespace
}  // namespace zenzefi::test
