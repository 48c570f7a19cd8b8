#include "infra/postgres/store/two_factor_store.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

constexpr Statement kTwoFactorFind{"two_factor_find", "SELECT secret_sealed, " ZENZEFI_EPOCH(
                                                 "enabled_at") ", last_step FROM totp_secrets "
                                                               "WHERE user_id = $1"};
constexpr Statement kTwoFactorCountBackupCodes{
    "two_factor_count_backup_codes",
    "SELECT count(*) FROM backup_codes WHERE user_id = $1 AND used_at IS NULL"};
constexpr Statement kTwoFactorSetUp{
    "two_factor_set_up",
    "INSERT INTO totp_secrets (user_id, secret_sealed) VALUES ($1, $2) "
    "ON CONFLICT (user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, "
    "created_at = excluded.created_at, enabled_at = NULL, last_step = NULL"};
constexpr Statement kTwoFactorEnable{
    "two_factor_enable",
    "UPDATE totp_secrets SET enabled_at = to_timestamp($2) WHERE user_id = $1"};
constexpr Statement kTwoFactorAccept{
    "two_factor_accept",
    "UPDATE totp_secrets SET last_step = $2, secret_sealed = $3 WHERE user_id = $1"};
// $2: hashes in hexadecimal, separated by commas.
constexpr Statement kTwoFactorAddBackupCodes{
    "two_factor_add_backup_codes",
    "INSERT INTO backup_codes (id, user_id, code_hash) "
    "SELECT gen_random_uuid(), $1, decode(hash, 'hex') FROM unnest(string_to_array($2, ',')) hash"};
constexpr Statement kTwoFactorUseBackupCode{
    "two_factor_use_backup_code",
    "UPDATE backup_codes SET used_at = to_timestamp($3) "
    "WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL"};
constexpr Statement kTwoFactorRemove{"two_factor_remove",
                                     "WITH codes AS (DELETE FROM backup_codes WHERE user_id = $1) "
                                     "DELETE FROM totp_secrets WHERE user_id = $1"};

}  // namespace

std::optional<app::SecondFactor> PostgresTwoFactorStore::find(const Uuid& user_id) const {
  const pqxx::result found = session_.execute(kTwoFactorFind, user_id);
  if (found.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = found[0];
  RowReader reader{row};
  app::SecondFactor factor;
  factor.sealed_secret = reader.bytes();
  factor.enabled_at = reader.optional_time();
  factor.last_step = reader.optional_integer();
  return factor;
}

std::size_t PostgresTwoFactorStore::count_backup_codes(const Uuid& user_id) const {
  return session_.execute(kTwoFactorCountBackupCodes, user_id)[0][0].as<std::size_t>();
}

void PostgresTwoFactorStore::set_up(const Uuid& user_id, std::string_view sealed_secret) {
  session_.execute(kTwoFactorSetUp, user_id, as_bytes(sealed_secret));
}

void PostgresTwoFactorStore::enable(const Uuid& user_id, Timestamp now) {
  session_.execute(kTwoFactorEnable, user_id, now);
}

void PostgresTwoFactorStore::accept(const Uuid& user_id, std::int64_t step,
                                    std::string_view sealed_secret) {
  session_.execute(kTwoFactorAccept, user_id, step, as_bytes(sealed_secret));
}

void PostgresTwoFactorStore::add_backup_codes(const Uuid& user_id,
                                              std::span<const TokenHash> hashes) {
  std::string list;
  for (const TokenHash& hash : hashes) {
    list.append(list.empty() ? "" : ",").append(hash.hex());
  }
  session_.execute(kTwoFactorAddBackupCodes, user_id, list);
}

bool PostgresTwoFactorStore::use_backup_code(const Uuid& user_id, const TokenHash& hash,
                                             Timestamp now) {
  return session_.execute(kTwoFactorUseBackupCode, user_id, hash, now).affected_rows() == 1;
}

void PostgresTwoFactorStore::remove(const Uuid& user_id) {
  session_.execute(kTwoFactorRemove, user_id);
}

}  // namespace zenzefi::infra
