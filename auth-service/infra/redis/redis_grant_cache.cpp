#include "infra/redis/redis_grant_cache.hpp"

#include <exception>
#include <string>

#include "shared/keys.hpp"

namespace zenzefi::infra {
namespace {

// Runs what may throw, as a result.
template <typename Work>
domain::Result<void> attempt(Work&& work) {
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    return domain::fail(domain::ErrorCode::kUnavailable, error.what());
  }
}

}  // namespace

domain::Result<void> RedisGrantCache::put_if_absent(const TokenHash& hash, const Grant& grant) {
  return attempt([&] {
    const std::string expiry = std::to_string(grant.expires_at.time_since_epoch().count());
    // EXAT rather than EX: however late this arrives, the record dies with the token.
    pool_.command(
        {"SET", active_token_key(hash), format_grant_record(grant), "NX", "EXAT", expiry});
  });
}

domain::Result<void> RedisGrantCache::put_tombstone(const TokenHash& hash) {
  return attempt([&] {
    pool_.command({"SET", active_token_key(hash), format_grant_record(Tombstone{}), "EX",
                   std::to_string(app::kTombstoneLifetime.count())});
  });
}

domain::Result<void> RedisGrantCache::clear() {
  return attempt([&] {
    std::string cursor = "0";
    do {
      const RedisReply reply = pool_.command(
          {"SCAN", cursor, "MATCH", std::string{kActiveTokenPrefix} + "*", "COUNT", "1000"});
      cursor = reply.elements.at(0).text;
      for (const RedisReply& key : reply.elements.at(1).elements) {
        pool_.command({"UNLINK", key.text});
      }
    } while (cursor != "0");
  });
}

domain::Result<void> RedisGrantCache::ping() {
  return attempt([&] { pool_.command({"PING"}); });
}

}  // namespace zenzefi::infra
