// Every setting of the service, by the environment variables that conf/.env.example lists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/limits/request_limits.hpp"
#include "config/environment.hpp"
#include "domain/price_list.hpp"
#include "http/api.hpp"
#include "http/service.hpp"
#include "infra/crypto/argon2_password_hasher.hpp"
#include "infra/crypto/jwt_account_tokens.hpp"
#include "infra/crypto/sealing_key.hpp"
#include "infra/payment/stripe_checkout.hpp"
#include "infra/postgres/settings.hpp"
#include "infra/redis/connection.hpp"
#include "log/log.hpp"

namespace zenzefi::config {

enum class PaymentProvider { kNone, kDemo, kStripe };

struct PaymentSettings {
  PaymentProvider provider = PaymentProvider::kNone;
  infra::StripeOptions stripe;  // good for kStripe alone
};

struct SealingKeys {
  infra::SealingKey current;
  std::vector<infra::SealingKey> previous;
};

// Where the data is: what every command needs.
struct StorageSettings {
  infra::PostgresSettings postgres;
  infra::RedisAddress redis;
};

// What `create-superuser` needs.
struct AccountSettings {
  infra::PostgresSettings postgres;
  infra::Argon2Options argon2;
};

// What `import` needs.
struct ImportSettings {
  infra::PostgresSettings postgres;
  SealingKeys sealing;
};

// What `serve` needs.
struct ServiceSettings {
  StorageSettings storage;
  std::optional<infra::PostgresSettings> read_replica;
  int usage_retention_months = 13;
  http::ServiceOptions listeners;
  http::ApiSettings api;
  infra::JwtOptions jwt;
  SealingKeys sealing;
  infra::Argon2Options argon2;
  domain::PriceList::Prices prices;
  app::RequestLimitSettings limits;
  PaymentSettings payments;
  bool require_current_password = true;
};

// Each reports what is wrong through environment.errors(); what it returns is good only if there is
// nothing.
[[nodiscard]] StorageSettings read_storage_settings(Environment& environment);
[[nodiscard]] ServiceSettings read_service_settings(Environment& environment);
[[nodiscard]] AccountSettings read_account_settings(Environment& environment);
[[nodiscard]] ImportSettings read_import_settings(Environment& environment);
[[nodiscard]] log::Level read_log_level(Environment& environment);

}  // namespace zenzefi::config
