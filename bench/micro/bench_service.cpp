// The auth service's own work, on a private PostgreSQL without fsync where a database is needed:
// CPU time is the service's, real time has the database's in it.
#include <benchmark/benchmark.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "app/account/login.hpp"
#include "app/account/register_user.hpp"
#include "app/limits/memory_rate_limiter.hpp"
#include "app/tokens/check_token.hpp"
#include "app/tokens/purchase_token.hpp"
#include "http/handlers/respond.hpp"
#include "http/wire/response_format.hpp"
#include "infra/crypto/aes_gcm_token_sealer.hpp"
#include "infra/crypto/argon2_password_hasher.hpp"
#include "infra/crypto/jwt_account_tokens.hpp"
#include "infra/crypto/oath_one_time_codes.hpp"
#include "infra/crypto/openssl_entropy.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "shared/check.hpp"
#include "tests/integration/postgres/ports.hpp"
#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::bench {
namespace {

constexpr const char* kPassword = "correct horse battery staple";
constexpr const char* kEmail = "bench@example.org";

template <typename T>
T must(domain::Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().detail);
  }
  return *std::move(result);
}

// What the use cases stand on, with one account that has money and a token in use.
struct Service {
  Service() {
    must(database.ensure_partitions(1));
    app::RegisterUser register_user{database, hasher, entropy};
    user = must(register_user.run({kEmail, "bench", kPassword, "A Bench"}));
    customer = test::add_user(database, domain::Money::from_cents(9'000'000'00));
    token = test::add_token(database, customer);
  }

  SystemClock clock;
  infra::OpensslEntropy entropy;
  infra::PostgresDatabase database{test::migrated_database()};
  infra::Argon2PasswordHasher hasher{{}};
  infra::JwtAccountTokens account_tokens{{.secret = std::string(48, 's')}, clock, entropy};
  infra::AesGcmTokenSealer sealer{infra::SealingKey{}};
  infra::OathOneTimeCodes one_time_codes;
  app::MemoryRateLimiter limiter{1000};
  app::RequestLimits limits{limiter, {}};
  app::SecondFactorCheck second_factor{sealer, one_time_codes, limits, clock};
  domain::PriceList prices{{}};
  test::MemoryGrantCache cache;
  domain::User user;
  Uuid customer;
  domain::AccessToken token;
};

Service& service() {
  static Service one;
  return one;
}

// ---- without a database -------------------------------------------------------------------------

app::Principal some_principal() {
  return {.user_id = test::random_uuid(), .session_id = test::random_uuid(), .username = "bench"};
}

struct Tokens {
  SystemClock clock;
  infra::OpensslEntropy entropy;
  infra::JwtAccountTokens issuer{{.secret = std::string(48, 's')}, clock, entropy};
};

void issue_jwt(benchmark::State& state) {
  Tokens tokens;
  const app::Principal principal = some_principal();
  for (auto _ : state) {
    benchmark::DoNotOptimize(tokens.issuer.issue(principal));
  }
}

void verify_jwt(benchmark::State& state) {
  Tokens tokens;
  const std::string jwt = tokens.issuer.issue(some_principal());
  for (auto _ : state) {
    if (!tokens.issuer.verify(jwt)) {
      state.SkipWithError("a good token was refused");
      break;
    }
  }
}

void verify_argon2(benchmark::State& state) {
  infra::Argon2PasswordHasher hasher{{}};
  const std::string stored = must(hasher.hash(kPassword));
  for (auto _ : state) {
    benchmark::DoNotOptimize(hasher.verify(kPassword, stored));
  }
}

void encode_grant(benchmark::State& state) {
  const std::string id = test::random_uuid().to_string();
  for (auto _ : state) {
    http::Response response;
    response.status = 204;
    response.headers.emplace_back(check::kUserIdHeader, id);
    response.headers.emplace_back(check::kTokenIdHeader, id);
    response.headers.emplace_back(check::kExpiresAtHeader, format_timestamp(Timestamp{}));
    response.headers.emplace_back(check::kDurationHeader, "24");
    benchmark::DoNotOptimize(http::format_response(response, {}));
  }
}

void encode_error(benchmark::State& state) {
  const domain::Error error{domain::ErrorCode::kUnauthenticated, "Invalid or expired token"};
  for (auto _ : state) {
    benchmark::DoNotOptimize(http::format_response(http::error_response(error), {}));
  }
}

void encode_profile(benchmark::State& state) {
  domain::User user;
  user.email = kEmail;
  user.username = "bench";
  for (auto _ : state) {
    const auto response = http::json_response(
        200, [&](http::json::Writer& writer) { http::write_profile(writer, user); });
    benchmark::DoNotOptimize(http::format_response(response, {}));
  }
}

void encode_page(benchmark::State& state) {
  domain::Page<domain::User> page;
  page.items.resize(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto response = http::page_response(page, http::write_profile);
    benchmark::DoNotOptimize(http::format_response(response, {}));
  }
}

// ---- with a database ----------------------------------------------------------------------------

void check_token(benchmark::State& state) {
  app::CheckToken use_case{service().database, service().cache, service().clock};
  for (auto _ : state) {
    if (!std::holds_alternative<Grant>(must(use_case.run(service().token.hash)))) {
      state.SkipWithError("a good token was refused");
      break;
    }
  }
}

void check_bad_token(benchmark::State& state) {
  app::CheckToken use_case{service().database, service().cache, service().clock};
  const TokenHash hash = test::random_hash();
  for (auto _ : state) {
    benchmark::DoNotOptimize(must(use_case.run(hash)));
  }
}

// The balance and its entry in the ledger, and nothing else.
void ledger_transaction(benchmark::State& state) {
  Service& on = service();
  for (auto _ : state) {
    must(on.database.run([&](app::Transaction& transaction) -> domain::Result<bool> {
      benchmark::DoNotOptimize(transaction.users().lock(on.customer));
      transaction.ledger().book({.id = on.entropy.uuid(),
                                 .user_id = on.customer,
                                 .amount = domain::Money::from_cents(1),
                                 .transaction_type = domain::TransactionType::kDeposit,
                                 .description = "Deposit",
                                 .token_id = {}});
      return true;
    }));
  }
}

void purchase(benchmark::State& state) {
  Service& on = service();
  app::PurchaseToken use_case{on.database, on.sealer, on.entropy, on.prices, on.clock};
  for (auto _ : state) {
    must(use_case.run({.user_id = on.customer, .duration_hours = 1, .idempotency_key = {}}));
  }
}

// Beside verify_argon2: what is left of a login is the rest.
void login(benchmark::State& state) {
  Service& on = service();
  app::Login use_case{on.database, on.hasher,        on.account_tokens,
                      on.entropy,  on.second_factor, on.clock};
  const app::Login::Input input{
      .email = kEmail, .password = kPassword, .remember_me = false, .client = {}, .otp = {}};
  for (auto _ : state) {
    must(use_case.run(input));
  }
}

BENCHMARK(issue_jwt);
BENCHMARK(verify_jwt);
BENCHMARK(encode_grant);
BENCHMARK(encode_error);
BENCHMARK(encode_profile);
BENCHMARK(encode_page)->Arg(20)->Arg(100);
BENCHMARK(check_token);
BENCHMARK(check_bad_token);
BENCHMARK(ledger_transaction);
BENCHMARK(purchase);
BENCHMARK(verify_argon2)->Unit(benchmark::kMillisecond);
BENCHMARK(login)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zenzefi::bench
