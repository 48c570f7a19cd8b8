// app::GrantCache on Redis 7 (or Valkey): the records nginx looks up.
#pragma once

#include <span>

#include "app/grant_cache.hpp"
#include "infra/redis/connection_pool.hpp"

namespace zenzefi::infra {

class RedisGrantCache final : public app::GrantCache {
 public:
  explicit RedisGrantCache(RedisPoolOptions options) : pool_{std::move(options)} {}

  domain::Result<void> put_all_if_absent(std::span<const HashedGrant> grants) override;
  domain::Result<void> put_extended(const TokenHash& hash, const Grant& grant) override;
  domain::Result<void> put_tombstones(std::span<const app::RevokedToken> tokens) override;
  domain::Result<std::string> incarnation() override;
  domain::Result<bool> confirm_delivery() override;
  domain::Result<void> clear() override;
  domain::Result<void> ping() override;

 private:
  RedisPool pool_;
};

}  // namespace zenzefi::infra
