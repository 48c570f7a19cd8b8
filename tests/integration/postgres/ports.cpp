#include "tests/integration/postgres/ports.hpp"

#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::test {

Uuid RandomEntropy::uuid() {
  return random_uuid();
}

std::string RandomEntropy::access_token() {
  return random_hash().hex();
}

std::string RandomEntropy::refresh_token() {
  return random_hash().hex() + random_hash().hex();
}

std::string RandomEntropy::otp_secret() {
  return random_hash().hex().substr(0, 32);
}

std::string RandomEntropy::backup_code() {
  return random_hash().hex().substr(0, 16);
}

domain::Result<std::string> OpenSealer::seal(std::string_view token, const Uuid& /*token_id*/) {
  return std::string{token};
}

domain::Result<std::string> OpenSealer::open(std::string_view sealed, const Uuid& /*token_id*/) {
  return std::string{sealed};
}

domain::Result<void> MemoryGrantCache::put_all_if_absent(std::span<const HashedGrant> records) {
  const std::lock_guard lock{mutex_};
  for (const auto& [hash, grant] : records) {
    records_.emplace(hash.hex(), grant);
  }
  return {};
}

domain::Result<void> MemoryGrantCache::put_extended(const TokenHash& hash, const Grant& grant) {
  const std::lock_guard lock{mutex_};
  const auto [held, is_new] = records_.emplace(hash.hex(), grant);
  auto* const earlier = std::get_if<Grant>(&held->second);
  if (!is_new && earlier != nullptr && earlier->expires_at < grant.expires_at) {
    *earlier = grant;
  }
  return {};
}

domain::Result<void> MemoryGrantCache::put_tombstones(std::span<const app::RevokedToken> tokens) {
  const std::lock_guard lock{mutex_};
  for (const app::RevokedToken& token : tokens) {
    records_[token.hash.hex()] = Tombstone{token.revoked_at};
  }
  return {};
}

domain::Result<void> MemoryGrantCache::clear() {
  const std::lock_guard lock{mutex_};
  records_.clear();
  return {};
}

std::map<std::string, GrantRecord> MemoryGrantCache::records() {
  const std::lock_guard lock{mutex_};
  return records_;
}

domain::Result<void> CountingProvider::charge(const Uuid& /*user_id*/, domain::Money amount,
                                              const std::string& /*payment_method*/,
                                              const std::string& reference) {
  const std::lock_guard lock{mutex_};
  by_reference_.emplace(reference, amount);
  return {};
}

std::size_t CountingProvider::payments() {
  const std::lock_guard lock{mutex_};
  return by_reference_.size();
}

}  // namespace zenzefi::test
