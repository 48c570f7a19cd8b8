// /currency
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class CurrencyApi : public ApiTest {
 protected:
  http::Response buy_credits(const std::string& amount, Headers headers) {
    return call("POST", "/api/v1/currency/purchase",
                R"({"amount":)" + amount + R"(,"payment_method":"card"})", std::move(headers));
  }
};

TEST_F(CurrencyApi, BalanceHasTwoDecimals) {
  EXPECT_EQ(call("GET", "/api/v1/currency/balance", {}, with_credits("ann", "150")).body,
            R"({"balance":150.00,"currency":"ZNC"})");
}

TEST_F(CurrencyApi, PurchaseAnswersTheEntry) {
  const auto response = buy_credits("25.5", as("ann"));
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_TRUE(Uuid::parse(json.text("/transaction_id")).has_value());
  EXPECT_EQ(json.number("amount"), "25.50");
  EXPECT_EQ(json.number("new_balance"), "25.50");
  EXPECT_EQ(json.text("/transaction_type"), "deposit");
  EXPECT_TRUE(json.text("/created_at").ends_with("Z"));
}

TEST_F(CurrencyApi, PurchaseRefusesWhatIsNoAmount) {
  const Headers ann = as("ann");
  for (const char* amount : {"0", "-1", "0.001", "100000.01", "1e400", "\"5\"", "null", "[5]"}) {
    EXPECT_EQ(buy_credits(amount, ann).status, 422) << amount;
  }
  EXPECT_EQ(call("POST", "/api/v1/currency/purchase", R"({})", ann).status, 422);
  EXPECT_TRUE(database.state.ledger.empty());
  EXPECT_EQ(buy_credits("100000.00", ann).status, 200);
  EXPECT_EQ(buy_credits("0.01", ann).status, 200);
}

TEST_F(CurrencyApi, PurchaseNeedsAProvider) {
  const Headers ann = as("ann");
  provider.is_down = true;
  const auto response = buy_credits("5", ann);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(header_of(response, "Retry-After"), "1");
}

TEST_F(CurrencyApi, AProviderTellsOfPayments) {
  const Headers ann = as("ann");
  const Json profile{call("GET", "/api/v1/users/me", {}, ann).body};
  provider.received = {.reference = "cs_1",
                       .user_id = Uuid::parse(profile.text("/id")),
                       .paid = "500 eur",
                       .credits = domain::Money::from_cents(5'00),
                       .problem = {}};
  const auto notify = [&](const std::string& signature) {
    return call("POST", "/api/v1/payments/webhook", "{}", {{"Stripe-Signature", signature}});
  };
  EXPECT_EQ(notify("forged").status, 400);
  EXPECT_EQ(call("POST", "/api/v1/payments/webhook", "{}").status, 400);
  EXPECT_EQ(notify("signed").body, R"({"received":true})");
  EXPECT_EQ(notify("signed").status, 200);
  EXPECT_EQ(call("GET", "/api/v1/currency/balance", {}, ann).body,
            R"({"balance":5.00,"currency":"ZNC"})");
  provider.received->reference = "cs_2";
  provider.received->problem = "it is not in eur";
  const auto held = notify("signed");
  EXPECT_EQ(held.status, 200);
  EXPECT_FALSE(held.log_note.empty()) << "an operator finds it in the log";
}

TEST_F(CurrencyApi, PurchaseWithAKeyHappensOnce) {
  Headers ann = as("ann");
  ann.emplace_back("Idempotency-Key", "order-1");
  const auto first = buy_credits("5", ann);
  const auto second = buy_credits("5", ann);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(database.state.ledger.size(), 1U);
  EXPECT_EQ(buy_credits("6", ann).status, 409);
}

TEST_F(CurrencyApi, PurchaseRefusesAKeyThatIsNone) {
  for (const std::string& key : {std::string{}, std::string(300, 'k'), std::string{"\x80"}}) {
    Headers ann = as("ann");
    ann.emplace_back("Idempotency-Key", key);
    EXPECT_EQ(buy_credits("5", ann).status, 400) << key;
  }
  EXPECT_TRUE(database.state.ledger.empty());
}

TEST_F(CurrencyApi, TransactionsComeInPages) {
  const Headers ann = with_credits("ann", "100");
  bought_token(ann);
  const auto response = call("GET", "/api/v1/currency/transactions?limit=1", {}, ann);
  ASSERT_EQ(response.status, 200);
  const Json json{response.body};
  EXPECT_EQ(json.size("/items"), 1U);
  EXPECT_EQ(json.text("/items/0/transaction_type"), "purchase");
  EXPECT_EQ(json.number("amount"), "-18.00");
  EXPECT_FALSE(json.text("/items/0/description").empty());
  EXPECT_EQ(json.integer("/total"), 2);
  EXPECT_EQ(json.integer("/limit"), 1);
  EXPECT_EQ(json.integer("/offset"), 0);
  EXPECT_EQ(call("GET", "/api/v1/currency/transactions?limit=0", {}, ann).status, 422);
  EXPECT_EQ(call("GET", "/api/v1/currency/transactions?limit=101&offset=-1", {}, ann).status, 422);
}

}  // namespace
}  // namespace zenzefi::test
