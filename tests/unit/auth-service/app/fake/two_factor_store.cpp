#include "fake/two_factor_store.hpp"

#include <algorithm>

namespace zenzefi::test {

std::optional<app::SecondFactor> FakeTwoFactorStore::find(const Uuid& user_id) const {
  const auto factor = state_.second_factors.find(user_id);
  return factor == state_.second_factors.end() ? std::nullopt : std::optional{factor->second};
}

std::size_t FakeTwoFactorStore::count_backup_codes(const Uuid& user_id) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      state_.backup_codes,
      [&](const StoredBackupCode& code) { return code.user_id == user_id && !code.used; }));
}

void FakeTwoFactorStore::set_up(const Uuid& user_id, std::string_view sealed_secret) {
  state_.second_factors.insert_or_assign(
      user_id, app::SecondFactor{std::string{sealed_secret}, std::nullopt, std::nullopt});
}

void FakeTwoFactorStore::enable(const Uuid& user_id, Timestamp now) {
  state_.second_factors.at(user_id).enabled_at = now;
}

void FakeTwoFactorStore::accept(const Uuid& user_id, std::int64_t step,
                                std::string_view sealed_secret) {
  app::SecondFactor& factor = state_.second_factors.at(user_id);
  factor.last_step = step;
  factor.sealed_secret = sealed_secret;
}

void FakeTwoFactorStore::add_backup_codes(const Uuid& user_id, std::span<const TokenHash> hashes) {
  for (const TokenHash& hash : hashes) {
    state_.backup_codes.push_back({user_id, hash});
  }
}

bool FakeTwoFactorStore::use_backup_code(const Uuid& user_id, const TokenHash& hash,
                                         Timestamp /*now*/) {
  for (StoredBackupCode& code : state_.backup_codes) {
    if (code.user_id == user_id && code.hash == hash && !code.used) {
      code.used = true;
      return true;
    }
  }
  return false;
}

void FakeTwoFactorStore::remove(const Uuid& user_id) {
  state_.second_factors.erase(user_id);
  std::erase_if(state_.backup_codes,
                [&](const StoredBackupCode& code) { return code.user_id == user_id; });
}

}  // namespace zenzefi::test
