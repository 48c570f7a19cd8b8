// The books are right whatever happens, and whenever it is broken off: random sequences of all that
// moves money, through the use cases, on a real PostgreSQL.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <optional>
#include <ostream>
#include <vector>

#include "app/admin/credit_user.hpp"
#include "app/credits/purchase_credits.hpp"
#include "app/credits/receive_payment.hpp"
#include "app/tokens/check_token.hpp"
#include "app/tokens/extend_token.hpp"
#include "app/tokens/purchase_token.hpp"
#include "app/tokens/revoke_token.hpp"
#include "infra/postgres/audit_verifier.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "infra/postgres/reconciler.hpp"
#include "shared/clock.hpp"
#include "tests/integration/postgres/interrupted_database.hpp"
#include "tests/integration/postgres/ports.hpp"
#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;
using domain::Money;
using std::chrono::seconds;

struct SteppedClock final : public Clock {
  [[nodiscard]] Timestamp now() const noexcept override { return time; }

  Timestamp time = SystemClock{}.now();
};

enum class Action { kDeposit, kReceive, kAdjust, kBuy, kUse, kRevoke, kExtend, kWait };

struct Step {
  Action action = Action::kWait;
  std::int64_t amount = 0;  // cents, or seconds to wait
  std::uint32_t hours = 1;
  std::size_t token = 0;  // which of those bought, by position
  Interruption interruption;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr std::array kNames{"deposit", "receive", "adjust", "buy",
                              "use",     "revoke",  "extend", "wait"};
  return out << kNames.at(static_cast<std::size_t>(step.action)) << "(amount " << step.amount
             << ", hours " << step.hours << ", token " << step.token << ", interrupted at "
             << step.interruption.at << (step.interruption.loses_answer ? ", answer lost" : "")
             << ")";
}

Step any_step() {
  Step step;
  step.action = *rc::gen::weightedElement<Action>({{3, Action::kDeposit},
                                                   {2, Action::kReceive},
                                                   {1, Action::kAdjust},
                                                   {4, Action::kBuy},
                                                   {3, Action::kUse},
                                                   {3, Action::kRevoke},
                                                   {2, Action::kExtend},
                                                   {3, Action::kWait}});
  step.amount =
      step.action == Action::kWait
          ? *rc::gen::inRange<std::int64_t>(0, 40 * 3600)
          : *rc::gen::inRange<std::int64_t>(step.action == Action::kAdjust ? -5000 : 1, 20'000);
  step.hours = *rc::gen::element<std::uint32_t>(1, 12, 24, 168, 5);
  step.token = *rc::gen::inRange<std::size_t>(0, 8);
  if (*rc::gen::weightedElement<bool>({{2, false}, {1, true}})) {
    step.interruption.at = *rc::gen::inRange(1, 10);
  } else {
    step.interruption.loses_answer = *rc::gen::weightedElement<bool>({{3, false}, {1, true}});
  }
  return step;
}

// One account, and what its owner has been told of it.
class Account {
 public:
  Account(app::Database& database, SteppedClock& clock) : database_(database), clock_(clock) {}

  void take(const Step& step) {
    switch (step.action) {
      case Action::kDeposit:
        return deposit(step);
      case Action::kReceive:
        return receive(step);
      case Action::kAdjust:
        return adjust(step);
      case Action::kBuy:
        return buy(step);
      case Action::kUse:
        return use(step);
      case Action::kRevoke:
        return revoke(step);
      case Action::kExtend:
        return extend(step);
      case Action::kWait:
        clock_.time += seconds{step.amount};
    }
  }

  [[nodiscard]] const Uuid& user() const { return user_; }
  [[nodiscard]] Money balance() const { return balance_; }

 private:
  struct Token {
    domain::AccessToken sold;  // as it should be now
    bool revoked = false;
  };

  // A client that is told nothing, or that something went wrong, asks again with the same key: then
  // it must get its answer, and not pay twice.
  template <typename Call>
  auto insist(const Step& step, Call call) {
    const std::string key = random_uuid().to_string();
    InterruptedDatabase interrupted(database_, step.interruption);
    auto first = call(interrupted, key);
    if (first || !interrupted.happened()) {
      return first;
    }
    return call(database_, key);
  }

  void deposit(const Step& step) {
    const auto booked = insist(step, [&](app::Database& database, const std::string& key) {
      return app::PurchaseCredits{database, provider_, entropy_, clock_}.run(
          {user_, Money::from_cents(step.amount), "card", key});
    });
    RC_ASSERT(booked.has_value());
    balance_ = balance_ + Money::from_cents(step.amount);
    RC_ASSERT(booked->balance_after == balance_);
  }

  // A provider tells of a payment until it has an answer, and once more.
  void receive(const Step& step) {
    provider_.received = {random_uuid().to_string(), user_, "", Money::from_cents(step.amount), ""};
    InterruptedDatabase interrupted(database_, step.interruption);
    const auto first = app::ReceivePayment{interrupted, provider_, entropy_}.run({});
    RC_ASSERT(first.has_value() || interrupted.happened());
    for (int i = 0; i < 2; ++i) {
      RC_ASSERT((app::ReceivePayment{database_, provider_, entropy_}.run({}).has_value()));
    }
    balance_ = balance_ + Money::from_cents(step.amount);
  }

  void adjust(const Step& step) {
    const Money amount = Money::from_cents(step.amount == 0 ? 1 : step.amount);
    const auto booked = insist(step, [&](app::Database& database, const std::string& key) {
      return app::CreditUser{database, entropy_, clock_}.run({user_, user_, amount, "Test", key});
    });
    if (balance_ + amount < Money{}) {
      RC_ASSERT(!booked && booked.error().code == ErrorCode::kInsufficientBalance);
      return;
    }
    RC_ASSERT(booked.has_value());
    balance_ = balance_ + amount;
  }

  void buy(const Step& step) {
    const auto sold = insist(step, [&](app::Database& database, const std::string& key) {
      return app::PurchaseToken{database, sealer_, entropy_, prices_, clock_}.run(
          {user_, step.hours, key});
    });
    const auto price = prices_.find(step.hours);
    if (!may_pay(price, sold)) {
      return;
    }
    balance_ = balance_ - *price;
    RC_ASSERT(sold->token.price_paid == *price);
    RC_ASSERT(!sold->token.activated_at.has_value());
    tokens_.push_back({sold->token});
  }

  // Whether the sale should have happened; `sold` must say the same.
  template <typename Sold>
  [[nodiscard]] bool may_pay(const std::optional<Money>& price, const Sold& sold) const {
    if (!price) {
      RC_ASSERT(!sold && sold.error().code == ErrorCode::kRuleViolated);
      return false;
    }
    if (*price > balance_) {
      RC_ASSERT(!sold && sold.error().code == ErrorCode::kInsufficientBalance);
      return false;
    }
    RC_ASSERT(sold.has_value());
    return true;
  }

  void use(const Step& step) {
    Token* token = chosen(step);
    if (token == nullptr) {
      return;
    }
    InterruptedDatabase interrupted(database_, step.interruption);
    auto checked = app::CheckToken{interrupted, cache_, clock_}.run(token->sold.hash);
    if (!checked) {
      RC_ASSERT(interrupted.happened());
      checked = app::CheckToken{database_, cache_, clock_}.run(token->sold.hash);
    }
    RC_ASSERT(checked.has_value());
    const bool usable = !token->revoked && token->sold.usable_at(clock_.time);
    RC_ASSERT(std::holds_alternative<Grant>(*checked) == usable);
    if (!usable) {
      return;
    }
    if (!token->sold.activated_at) {
      token->sold.activated_at = clock_.time;
    }
    RC_ASSERT(std::get<Grant>(*checked) == token->sold.grant());
  }

  void revoke(const Step& step) {
    Token* token = chosen(step);
    if (token == nullptr) {
      return;
    }
    InterruptedDatabase interrupted(database_, step.interruption);
    const app::RevokeToken::Input input{user_, token->sold.id};
    const auto revoked = app::RevokeToken{interrupted, cache_, entropy_, clock_}.run(input);
    const bool possible = !token->revoked && token->sold.usable_at(clock_.time);
    if (!revoked && interrupted.happened()) {
      const auto again = app::RevokeToken{database_, cache_, entropy_, clock_}.run(input);
      // Without its answer, the first may have happened.
      RC_ASSERT(again.has_value() || again.error().code == ErrorCode::kConflict);
      RC_ASSERT(!again || possible);
    } else {
      RC_ASSERT(revoked.has_value() == possible);
    }
    if (possible) {
      balance_ = balance_ + token->sold.refund_at(clock_.time);
      token->revoked = true;
    }
  }

  void extend(const Step& step) {
    Token* token = chosen(step);
    if (token == nullptr) {
      return;
    }
    const auto extended = insist(step, [&](app::Database& database, const std::string& key) {
      return app::ExtendToken{database, cache_, sealer_, entropy_, prices_, clock_}.run(
          {user_, token->sold.id, step.hours, key});
    });
    const bool usable = !token->revoked && token->sold.usable_at(clock_.time);
    const auto price = prices_.find(step.hours);
    if (price && !usable) {
      RC_ASSERT(!extended && extended.error().code == ErrorCode::kConflict);
      return;
    }
    if (!may_pay(price, extended)) {
      return;
    }
    balance_ = balance_ - *price;
    token->sold.price_paid = token->sold.price_paid + *price;
    token->sold.duration_hours += step.hours;
    RC_ASSERT(extended->token.duration_hours == token->sold.duration_hours);
    RC_ASSERT(extended->token.activated_at == token->sold.activated_at);
  }

  Token* chosen(const Step& step) {
    return tokens_.empty() ? nullptr : &tokens_[step.token % tokens_.size()];
  }

  app::Database& database_;
  SteppedClock& clock_;
  RandomEntropy entropy_;
  OpenSealer sealer_;
  MemoryGrantCache cache_;
  CountingProvider provider_;
  domain::PriceList prices_{domain::PriceList::Prices{}};

  Uuid user_ = add_user(database_);
  Money balance_;
  std::vector<Token> tokens_;
};

TEST(LedgerProperty, TheBooksAreRightWhateverHappens) {
  const auto settings = migrated_database();
  infra::PostgresDatabase database{settings};
  SteppedClock clock;
  EXPECT_TRUE(rc::check("ledger, balances, tokens and audit log agree", [&] {
    const auto steps =
        *rc::gen::scale(0.4, rc::gen::container<std::vector<Step>>(rc::gen::exec(any_step)));
    Account account(database, clock);
    for (const Step& step : steps) {
      RC_LOG() << step << "\n";
      account.take(step);
    }
    const auto stored = database.read([&](const app::Transaction& t) -> domain::Result<Money> {
      return t.users().find(account.user()).value().currency_balance;
    });
    RC_ASSERT(stored.value() == account.balance());
    const auto discrepancies = infra::reconcile(settings).value();
    if (!discrepancies.empty()) {
      RC_FAIL(discrepancies.front().to_string());
    }
    const auto verdict = infra::verify_audit_log(settings).value();
    if (verdict.first_broken) {
      RC_FAIL(verdict.first_broken->to_string());
    }
  }));
}

}  // namespace
}  // namespace zenzefi::test
