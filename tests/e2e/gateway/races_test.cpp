// Many at one moment, through nginx: what is paid, granted and refunded is counted afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

class Races : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Everybody gets an answer of their own, rather than 503 because a queue is full.
    stack = std::make_unique<Stack>(StackOptions{.auth_settings = {{"AUTH_QUEUE_SIZE", "1024"}}});
  }
  static void TearDownTestSuite() { stack.reset(); }

  static std::map<int, int> count(const std::vector<HttpResponse>& responses) {
    std::map<int, int> counts;
    for (const HttpResponse& response : responses) {
      ++counts[response.status];
    }
    return counts;
  }

  static inline std::unique_ptr<Stack> stack;
};

TEST_F(Races, TwoHundredPurchasesWithMoneyForSeven) {
  const Account alice{*stack, "126.99"};  // 7 times 18.00, and less than one more
  const auto responses = concurrently(
      200, [&](std::size_t) { return alice.post("/tokens/purchase", R"({"duration_hours":24})"); });
  EXPECT_EQ(count(responses), (std::map<int, int>{{201, 7}, {402, 193}}));
  std::set<std::string> tokens;
  for (const HttpResponse& response : responses) {
    if (response.status == 201) {
      tokens.insert(response.json().text("/token"));
    } else {
      EXPECT_TRUE(response.json().text("/detail").starts_with("Insufficient balance. Required: "))
          << response.body;
    }
  }
  EXPECT_EQ(tokens.size(), 7U);
  EXPECT_EQ(alice.balance(), "0.99");
  EXPECT_EQ(alice.get("/tokens/my-tokens").json().integer("/total"), 7);
  EXPECT_EQ(query_value(*stack, "SELECT count(*) FROM transactions WHERE user_id = '" + alice.id() +
                                    "' AND transaction_type = 'purchase'"),
            "7");
  expect_ledger_adds_up(*stack);
}

TEST_F(Races, FiftyRevocationsOfOneTokenRefundItOnce) {
  const Account alice{*stack, "20.00"};
  const BoughtToken token = alice.buy(24);
  const auto responses = concurrently(50, [&](std::size_t) { return alice.revoke(token); });
  EXPECT_EQ(count(responses), (std::map<int, int>{{200, 1}, {409, 49}}));
  for (const HttpResponse& response : responses) {
    if (response.status == 200) {
      EXPECT_EQ(response.json().number("refund_amount"), "18.00");
      EXPECT_EQ(response.json().number("new_balance"), "20.00");
    }
  }
  EXPECT_EQ(alice.balance(), "20.00");
  expect_ledger_adds_up(*stack);
}

TEST_F(Races, OneIdempotencyKeyIsOnePurchase) {
  const Account alice{*stack, "100.00"};
  const auto responses = concurrently(20, [&](std::size_t) {
    return alice.post("/tokens/purchase", R"({"duration_hours":24})", {"Idempotency-Key: one"});
  });
  EXPECT_EQ(count(responses), (std::map<int, int>{{201, 20}}));
  for (const HttpResponse& response : responses) {
    EXPECT_EQ(response.body, responses.front().body);
  }
  EXPECT_EQ(alice.balance(), "82.00");
  EXPECT_EQ(
      alice.post("/tokens/purchase", R"({"duration_hours":1})", {"Idempotency-Key: one"}).status,
      409);
  expect_ledger_adds_up(*stack);
}

TEST_F(Races, PurchasesAndRefundsTogetherAddUp) {
  const Account alice{*stack, "200.00"};
  concurrently(16, [&](std::size_t i) {
    for (int round = 0; round < 5; ++round) {
      const HttpResponse bought = alice.post("/tokens/purchase", R"({"duration_hours":1})");
      if (bought.status == 201 && i % 2 == 0) {
        EXPECT_EQ(alice.revoke({.id = bought.json().text("/token_id"), .text = {}}).status, 200);
      }
    }
    return 0;
  });
  // 40 of the 80 were given back before their first use: whole.
  EXPECT_EQ(alice.balance(), "160.00");
  expect_ledger_adds_up(*stack);
}

TEST_F(Races, OneNameIsRegisteredOnce) {
  const std::string body =
      R"({"email":"Same@example.org","username":"same","password":"correct horse"})";
  const auto responses = concurrently(10, [&](std::size_t) {
    return HttpClient{}.post_json(stack->url("/api/v1/auth/register"), body);
  });
  EXPECT_EQ(count(responses), (std::map<int, int>{{201, 1}, {400, 9}}));
}

// A use that begins before a revocation and ends after it must not bring the grant back.
TEST_F(Races, AUseBesideARevocationBringsNothingBack) {
  const Account alice{*stack, "1000.00"};
  for (int round = 0; round < 10; ++round) {
    const BoughtToken token = alice.buy(1);
    concurrently(9, [&](std::size_t i) {
      if (i == 0) {
        EXPECT_EQ(alice.revoke(token).status, 200);
        return 0;
      }
      return HttpClient{}.get(stack->proxied(), {token_header(token)}).status;
    });
    const auto refused = [&] {
      return HttpClient{}.get(stack->proxied(), {token_header(token)}).status == 401;
    };
    await("the token to be refused", refused, std::chrono::milliseconds{50});
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(refused()) << "round " << round;
    }
  }
  expect_ledger_adds_up(*stack);
}

}  // namespace
}  // namespace zenzefi::test
