#include "config/settings.hpp"

#include <algorithm>

#include "http/cors.hpp"
#include "version.hpp"

namespace zenzefi::config {
namespace {

constexpr std::int64_t kMinutesOfADay = 1440;
constexpr std::size_t kMinWebhookSecretLength = 16;
constexpr domain::Money kMaxCreditsPerHundred = domain::Money::from_cents(100'000'00);

// Base64 of 32 bytes.
constexpr std::size_t kSealingKeyLength = 44;
constexpr const char* kSealingKeyShape =
    "must be 32 random bytes in base64, as `openssl rand -base64 32` prints them";

infra::PostgresSettings read_postgres(Environment& environment) {
  infra::PostgresSettings settings;
  settings.host = environment.text("POSTGRES_SERVER", settings.host);
  settings.port = environment.port("POSTGRES_PORT", settings.port);
  settings.user = environment.text("POSTGRES_USER", settings.user);
  settings.password = environment.optional_secret("POSTGRES_PASSWORD", 0);
  settings.database = environment.text("POSTGRES_DB", settings.database);
  settings.pool_min = environment.count("POSTGRES_POOL_MIN", settings.pool_min, 0, 1000);
  settings.pool_max = environment.count("POSTGRES_POOL_MAX", settings.pool_max, 1, 1000);
  if (settings.pool_min > settings.pool_max) {
    environment.add_error("POSTGRES_POOL_MIN", "is greater than POSTGRES_POOL_MAX");
  }
  return settings;
}

// Empty without POSTGRES_READ_SERVER.
std::optional<infra::PostgresSettings> read_replica(Environment& environment,
                                                    const infra::PostgresSettings& primary) {
  infra::PostgresSettings settings = primary;
  settings.host = environment.text("POSTGRES_READ_SERVER", "");
  settings.port = environment.port("POSTGRES_READ_PORT", primary.port);
  settings.pool_min = 0;
  // Somebody waits, and the primary is there.
  settings.connect_timeout = std::chrono::seconds{2};
  settings.statement_timeout = std::chrono::seconds{3};
  settings.silence_timeout = std::chrono::seconds{4};
  return settings.host.empty() ? std::nullopt : std::optional{settings};
}

infra::RedisAddress read_redis(Environment& environment) {
  infra::RedisAddress settings;
  settings.host = environment.text("REDIS_HOST", settings.host);
  settings.port = environment.port("REDIS_PORT", settings.port);
  settings.password = environment.optional_secret("REDIS_PASSWORD", 0);
  settings.database = static_cast<int>(environment.integer("REDIS_DB", 0, 0, 1023));
  return settings;
}

std::vector<std::string> read_cors_origins(Environment& environment) {
  std::vector<std::string> origins = environment.list("CORS_ORIGINS");
  for (const std::string& origin : origins) {
    if (!http::is_origin(origin)) {
      environment.add_error(
          "CORS_ORIGINS",
          "must list origins such as https://portal.example.com, in small letters "
          "and without a path; * is none, for every page there is could act for "
          "who is signed in");
      return {};
    }
  }
  return origins;
}

http::ServiceOptions read_listeners(Environment& environment) {
  http::ServiceOptions options;
  options.address = environment.text("AUTH_BIND_ADDRESS", options.address);
  options.public_port = environment.port("AUTH_PUBLIC_PORT", 8001);
  options.internal_port = environment.port("AUTH_INTERNAL_PORT", 8002);
  if (options.public_port == options.internal_port) {
    environment.add_error("AUTH_INTERNAL_PORT", "is the same as AUTH_PUBLIC_PORT");
  }
  options.io_threads = environment.count("AUTH_IO_THREADS", options.io_threads, 1, 64);
  http::PoolOptions& pools = options.pools;
  pools.general_workers = environment.count("AUTH_GENERAL_WORKERS", pools.general_workers, 1, 256);
  pools.password_workers =
      environment.count("AUTH_PASSWORD_WORKERS", pools.password_workers, 1, 256);
  pools.check_workers = environment.count("AUTH_CHECK_WORKERS", pools.check_workers, 1, 256);
  pools.queue_size = environment.count("AUTH_QUEUE_SIZE", pools.queue_size, 1, 100'000);
  options.cors_origins = read_cors_origins(environment);
  return options;
}

http::ApiSettings read_api(Environment& environment) {
  http::ApiSettings settings;
  settings.version = kVersion;
  settings.cookie.secure = environment.flag("COOKIE_SECURE", settings.cookie.secure);
  const std::string same_site =
      environment.one_of("COOKIE_SAMESITE", "lax", {"lax", "strict", "none"});
  settings.cookie.same_site = same_site == "none"     ? http::SameSite::kNone
                              : same_site == "strict" ? http::SameSite::kStrict
                                                      : http::SameSite::kLax;
  if (settings.cookie.same_site == http::SameSite::kNone && !settings.cookie.secure) {
    environment.add_error("COOKIE_SAMESITE",
                          "is none, which browsers refuse without COOKIE_SECURE");
  }
  return settings;
}

infra::JwtOptions read_jwt(Environment& environment) {
  infra::JwtOptions options;
  options.secret = environment.secret("SECRET_KEY", infra::kMinJwtSecretLength);
  options.previous_secrets =
      environment.secret_list("SECRET_KEY_PREVIOUS", infra::kMinJwtSecretLength);
  options.lifetime = std::chrono::minutes(
      environment.integer("ACCESS_TOKEN_EXPIRE_MINUTES", 60, 1, kMinutesOfADay));
  return options;
}

SealingKeys read_sealing_keys(Environment& environment) {
  SealingKeys keys;
  const std::string current = environment.secret("TOKEN_ENCRYPTION_KEY", kSealingKeyLength);
  if (!current.empty()) {
    if (const auto key = infra::SealingKey::from_base64(current)) {
      keys.current = *key;
    } else {
      environment.add_error("TOKEN_ENCRYPTION_KEY", kSealingKeyShape);
    }
  }
  for (const std::string& text :
       environment.secret_list("TOKEN_ENCRYPTION_KEY_PREVIOUS", kSealingKeyLength)) {
    if (const auto key = infra::SealingKey::from_base64(text)) {
      keys.previous.push_back(*key);
    } else {
      environment.add_error("TOKEN_ENCRYPTION_KEY_PREVIOUS", kSealingKeyShape);
    }
  }
  return keys;
}

infra::Argon2Options read_argon2(Environment& environment) {
  infra::Argon2Options options;
  options.parallelism = environment.count("ARGON2_PARALLELISM", options.parallelism, 1, 64);
  options.iterations = environment.count("ARGON2_ITERATIONS", options.iterations, 1, 1000);
  options.memory_kib =
      environment.count("ARGON2_MEMORY_KIB", options.memory_kib, 8, 4U * 1024 * 1024);
  if (options.memory_kib < 8 * options.parallelism) {
    environment.add_error("ARGON2_MEMORY_KIB", "must be at least 8 for each of ARGON2_PARALLELISM");
  }
  return options;
}

app::RequestLimitSettings read_limits(Environment& environment) {
  app::RequestLimitSettings limits;
  limits.auth = environment.limit("RATE_LIMIT_AUTH", limits.auth);
  limits.api = environment.limit("RATE_LIMIT_API", limits.api);
  return limits;
}

domain::PriceList::Prices read_prices(Environment& environment) {
  domain::PriceList::Prices prices;
  prices.one_hour = environment.price("TOKEN_PRICE_1H", prices.one_hour);
  prices.twelve_hours = environment.price("TOKEN_PRICE_12H", prices.twelve_hours);
  prices.one_day = environment.price("TOKEN_PRICE_24H", prices.one_day);
  prices.seven_days = environment.price("TOKEN_PRICE_7D", prices.seven_days);
  prices.thirty_days = environment.price("TOKEN_PRICE_30D", prices.thirty_days);
  return prices;
}

infra::StripeOptions read_stripe(Environment& environment) {
  infra::StripeOptions options;
  options.webhook_secret = environment.secret("STRIPE_WEBHOOK_SECRET", kMinWebhookSecretLength);
  options.currency = environment.text("STRIPE_CURRENCY", options.currency);
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (options.currency.size() != 3 || !std::ranges::all_of(options.currency, is_lower)) {
    environment.add_error("STRIPE_CURRENCY", "must be three lower-case letters, such as eur");
  }
  options.credits_per_hundred =
      environment.price("STRIPE_CREDITS_PER_100", options.credits_per_hundred);
  if (options.credits_per_hundred <= domain::Money{} ||
      options.credits_per_hundred > kMaxCreditsPerHundred) {
    environment.add_error("STRIPE_CREDITS_PER_100",
                          "must be from 0.01 to " + kMaxCreditsPerHundred.to_string());
  }
  return options;
}

PaymentSettings read_payments(Environment& environment) {
  PaymentSettings settings;
  const std::string name = environment.one_of("PAYMENT_PROVIDER", "", {"", "demo", "stripe"});
  if (name == "demo") {
    settings.provider = PaymentProvider::kDemo;
  } else if (name == "stripe") {
    settings.provider = PaymentProvider::kStripe;
    settings.stripe = read_stripe(environment);
  }
  return settings;
}

}  // namespace

StorageSettings read_storage_settings(Environment& environment) {
  return {read_postgres(environment), read_redis(environment)};
}

AccountSettings read_account_settings(Environment& environment) {
  return {read_postgres(environment), read_argon2(environment)};
}

ImportSettings read_import_settings(Environment& environment) {
  return {read_postgres(environment), read_sealing_keys(environment)};
}

ServiceSettings read_service_settings(Environment& environment) {
  ServiceSettings settings;
  settings.storage = read_storage_settings(environment);
  settings.read_replica = read_replica(environment, settings.storage.postgres);
  settings.usage_retention_months = static_cast<int>(
      environment.integer("USAGE_RETENTION_MONTHS", settings.usage_retention_months, 1, 1200));
  settings.listeners = read_listeners(environment);
  settings.api = read_api(environment);
  settings.jwt = read_jwt(environment);
  settings.sealing = read_sealing_keys(environment);
  settings.argon2 = read_argon2(environment);
  settings.prices = read_prices(environment);
  settings.limits = read_limits(environment);
  settings.payments = read_payments(environment);
  settings.require_current_password =
      environment.flag("REQUIRE_CURRENT_PASSWORD", settings.require_current_password);
  return settings;
}

log::Level read_log_level(Environment& environment) {
  const std::string name =
      environment.one_of("LOG_LEVEL", "info", {"debug", "info", "warning", "error"});
  return log::parse_level(name).value_or(log::Level::kInfo);
}

}  // namespace zenzefi::config
