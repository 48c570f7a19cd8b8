#include "commands/serve.hpp"

#include <csignal>
#include <memory>
#include <optional>

#include "commands/inform_worker.hpp"
#include "commands/periodic.hpp"
#include "commands/service_metrics.hpp"
#include "commands/usage_worker.hpp"
#include "commands/use_case_set.hpp"
#include "infra/crypto/aes_gcm_token_sealer.hpp"
#include "infra/crypto/oath_one_time_codes.hpp"
#include "infra/crypto/openssl_entropy.hpp"
#include "infra/payment/providers.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "infra/postgres/replicated_database.hpp"
#include "infra/redis/redis_grant_cache.hpp"
#include "infra/redis/redis_rate_limiter.hpp"
#include "version.hpp"

namespace zenzefi::commands {
namespace {

constexpr int kPartitionMonthsAhead = 3;
constexpr std::chrono::hours kHousekeepingInterval{24};
constexpr std::chrono::seconds kHousekeepingRetry{10};

// The signals that end the service, kept from every thread that is started after this.
class TerminationSignals {
 public:
  TerminationSignals() {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  void wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_{};
};

void log_exchange(const http::Exchange& exchange) {
  // Shed load and a dependency that is down are told by others; an internal error is our own.
  const auto level = exchange.status == 500 ? log::Level::kError : log::Level::kInfo;
  log::write(level, "request",
             {{"request_id", exchange.request_id},
              {"method", http::to_string(exchange.method)},
              {"route", exchange.route},
              {"status", std::int64_t{exchange.status}},
              {"duration_us", std::int64_t{exchange.duration.count()}},
              {"note", exchange.note}});
}

void log_redis_change(bool reachable, const std::string& reason) {
  if (reachable) {
    log::info("redis is back");
  } else {
    log::warning("redis cannot be reached", {{"reason", reason}});
  }
}

void log_limits_change(bool in_redis, const std::string& reason) {
  if (in_redis) {
    log::info("limits are counted in redis again");
  } else {
    log::warning("limits are counted in memory", {{"reason", reason}});
  }
}

std::unique_ptr<app::PaymentProvider> make_payments(const config::PaymentSettings& settings,
                                                    const Clock& clock) {
  switch (settings.provider) {
    case config::PaymentProvider::kDemo:
      return std::make_unique<infra::DemoPayments>();
    case config::PaymentProvider::kStripe:
      return std::make_unique<infra::StripeCheckout>(settings.stripe, clock);
    case config::PaymentProvider::kNone:
      break;
  }
  return std::make_unique<infra::NoPayments>();
}

std::chrono::milliseconds keep_house(infra::PostgresDatabase& database,
                                     int usage_retention_months) {
  const auto partitions = database.ensure_partitions(kPartitionMonthsAhead);
  const auto forgotten = database.forget_expired();
  const auto months = database.forget_usage(usage_retention_months);
  if (!partitions || !forgotten || !months) {
    return kHousekeepingRetry;
  }
  if (*partitions > 0 || *forgotten > 0 || *months > 0) {
    log::info("housekeeping", {{"partitions_made", static_cast<std::int64_t>(*partitions)},
                               {"rows_forgotten", static_cast<std::int64_t>(*forgotten)},
                               {"months_of_usage_forgotten", static_cast<std::int64_t>(*months)}});
  }
  return kHousekeepingInterval;
}

// The database that lists for administrators are read from: a replica, where there is one.
class ReadReplica {
 public:
  ReadReplica(infra::PostgresDatabase& primary,
              const std::optional<infra::PostgresSettings>& settings)
      : primary_(primary) {
    if (settings) {
      replica_.emplace(*settings);
      both_.emplace(primary, *replica_);
    }
  }

  [[nodiscard]] app::Database& lists() {
    return both_ ? static_cast<app::Database&>(*both_) : primary_;
  }

 private:
  infra::PostgresDatabase& primary_;
  std::optional<infra::PostgresDatabase> replica_;
  std::optional<infra::ReplicatedDatabase> both_;
};

}  // namespace

int serve(const config::ServiceSettings& settings) {
  const TerminationSignals signals;
  const SystemClock clock;
  const domain::PriceList prices(settings.prices);
  infra::OpensslEntropy entropy;
  infra::Argon2PasswordHasher hasher(settings.argon2);
  infra::JwtAccountTokens account_tokens(settings.jwt, clock, entropy);
  infra::AesGcmTokenSealer sealer(settings.sealing.current, settings.sealing.previous);
  const infra::OathOneTimeCodes one_time_codes;
  const auto payments = make_payments(settings.payments, clock);
  ServiceMetrics metrics;
  infra::PostgresDatabase database(
      settings.storage.postgres,
      [&metrics](const infra::Happened& happened) { metrics.note(happened); });
  ReadReplica replica(database, settings.read_replica);
  const http::PoolOptions& pools = settings.listeners.pools;
  // One for each thread that fills it, and one for word of revocations.
  infra::RedisGrantCache cache({.address = settings.storage.redis,
                                .connections = pools.check_workers + pools.general_workers + 1,
                                .on_change = log_redis_change});
  // Connections of its own: what counts requests must not hold up what grants them.
  infra::RedisRateLimiter limiter(
      {.address = settings.storage.redis, .connections = pools.general_workers}, log_limits_change);

  UseCaseSet use_cases({.database = database,
                        .lists = replica.lists(),
                        .cache = cache,
                        .hasher = hasher,
                        .account_tokens = account_tokens,
                        .sealer = sealer,
                        .one_time_codes = one_time_codes,
                        .entropy = entropy,
                        .payments = *payments,
                        .limiter = limiter,
                        .prices = prices,
                        .clock = clock,
                        .limits = settings.limits,
                        .require_current_password = settings.require_current_password});

  if (!database.warm_up()) {
    log::warning("postgres cannot be reached yet");
  }
  const Periodic housekeeping(
      [&] { return keep_house(database, settings.usage_retention_months); });
  const Periodic looking([&] { return metrics.look(database, cache); });
  const InformWorker informing(database, cache, clock);

  const UsageWorker usage(database,
                          {.address = settings.storage.redis,
                           .consumer = usage_consumer_name(settings.listeners.internal_port)},
                          clock);

  const http::UseCases handlers = use_cases.for_http();
  http::Service service(settings.listeners, http::public_api(handlers, settings.api, clock),
                        http::internal_api(handlers), log_exchange,
                        [&metrics] { return metrics.samples(); });
  service.start();
  log::info("serving", {{"version", kVersion},
                        {"address", settings.listeners.address},
                        {"public_port", std::int64_t{service.public_port()}},
                        {"internal_port", std::int64_t{service.internal_port()}}});
  signals.wait();
  log::info("stopping");
  service.drain_and_stop();
  log::info("stopped");
  return 0;
}

}  // namespace zenzefi::commands
