#include "infra/postgres/store/access_token_store.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define TOKEN_COLUMNS                                                                              \
  "t.id, t.user_id, t.token_hash, t.token_sealed, t.duration_hours, t.price_paid, " ZENZEFI_EPOCH( \
      "t.created_at") ", " ZENZEFI_EPOCH("t.activated_at") ", " ZENZEFI_EPOCH("t.revoked_at")

constexpr Statement kFind{"token_find", "SELECT " TOKEN_COLUMNS
                                        ", u.is_active FROM access_tokens t JOIN users u "
                                        "ON u.id = t.user_id WHERE t.token_hash = $1"};
constexpr Statement kLock{"token_lock", "SELECT " TOKEN_COLUMNS
                                        " FROM access_tokens t WHERE t.id = $1 AND t.user_id = $2 "
                                        "FOR NO KEY UPDATE"};
constexpr Statement kInsert{"token_insert",
                            "INSERT INTO access_tokens AS t "
                            "(id, user_id, token_hash, token_sealed, duration_hours, price_paid) "
                            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING " TOKEN_COLUMNS};
constexpr Statement kActivate{"token_activate",
                              "UPDATE access_tokens SET activated_at = to_timestamp($2) "
                              "WHERE id = $1 AND activated_at IS NULL AND revoked_at IS NULL"};
constexpr Statement kMarkRevoked{"token_mark_revoked",
                                 "UPDATE access_tokens SET revoked_at = to_timestamp($2) "
                                 "WHERE id = $1 AND revoked_at IS NULL"};

// $2 is empty when every token is wanted.
#define OF_USER                                                            \
  " FROM access_tokens t WHERE t.user_id = $1 AND ($2::bigint IS NULL OR " \
  "(t.revoked_at IS NULL AND (t.activated_at IS NULL OR "                  \
  "t.activated_at + make_interval(hours => t.duration_hours) > to_timestamp($2::bigint))))"

constexpr Statement kCount{"token_count", "SELECT count(*)" OF_USER};
constexpr Statement kList{"token_list",
                          "SELECT " TOKEN_COLUMNS OF_USER
                          " ORDER BY t.created_at DESC, t.id DESC LIMIT $3 OFFSET $4"};

#undef OF_USER
#undef TOKEN_COLUMNS

domain::AccessToken read_token(RowReader& reader) {
  domain::AccessToken token;
  token.id = reader.uuid();
  token.user_id = reader.uuid();
  token.hash = reader.token_hash();
  token.sealed = reader.bytes();
  token.duration_hours = reader.hours();
  token.price_paid = reader.money();
  token.created_at = reader.time();
  token.activated_at = reader.optional_time();
  token.revoked_at = reader.optional_time();
  return token;
}

domain::AccessToken read_token(const pqxx::row& row) {
  RowReader reader{row};
  return read_token(reader);
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::optional<app::AccessTokenStore::OwnedToken> PostgresAccessTokenStore::find(
    const TokenHash& hash) const {
  const pqxx::result result = session_.execute(kFind, hash);
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  RowReader reader{row};
  OwnedToken owned;
  owned.token = read_token(reader);
  owned.owner_is_active = reader.flag();
  return owned;
}

domain::Page<domain::AccessToken> PostgresAccessTokenStore::list(
    const Uuid& user_id, std::optional<Timestamp> usable_at,
    const domain::PageRequest& page) const {
  domain::Page<domain::AccessToken> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kCount, user_id, usable_at)[0][0].as<std::uint64_t>();
  for (const auto& row : session_.execute(kList, user_id, usable_at, page.limit, page.offset)) {
    out.items.push_back(read_token(row));
  }
  return out;
}

std::optional<domain::AccessToken> PostgresAccessTokenStore::lock(const Uuid& id,
                                                                  const Uuid& user_id) {
  const pqxx::result result = session_.execute(kLock, id, user_id);
  if (result.empty()) {
    return std::nullopt;
  }
  return read_token(result[0]);
}

domain::AccessToken PostgresAccessTokenStore::insert(const NewAccessToken& token) {
  return read_token(session_.execute(kInsert, token.id, token.user_id, token.hash,
                                     as_bytes(token.sealed), token.duration_hours,
                                     token.price_paid)[0]);
}

bool PostgresAccessTokenStore::activate(const Uuid& id, Timestamp now) {
  return session_.execute(kActivate, id, now).affected_rows() == 1;
}

void PostgresAccessTokenStore::mark_revoked(const Uuid& id, Timestamp now) {
  session_.execute(kMarkRevoked, id, now);
}

}  // namespace zenzefi::infra
