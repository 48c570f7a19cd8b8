#include "infra/postgres/store/access_token_store.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define TOKEN_COLUMNS                                                                              \
  "t.id, t.user_id, t.token_hash, t.token_sealed, t.duration_hours, t.price_paid, " ZENZEFI_EPOCH( \
      "t.created_at") ", " ZENZEFI_EPOCH("t.activated_at") ", " ZENZEFI_EPOCH("t.revoked_at")

// One look-up in the index for each hash, whatever PostgreSQL thinks of the tables' sizes (LIMIT),
// and planned once: of an array that it can see it would plan for its length, again each time
// (SELECT).
constexpr Statement kTokenFind{"token_find",
                               "SELECT " TOKEN_COLUMNS
                               ", (SELECT u.is_active FROM users u WHERE u.id = t.user_id) "
                               "FROM unnest((SELECT $1::bytea[])::bytea[]) AS asked (hash) "
                               "CROSS JOIN LATERAL (SELECT * FROM access_tokens "
                               "WHERE token_hash = asked.hash LIMIT 1) AS t"};
constexpr Statement kTokenLock{"token_lock",
                               "SELECT " TOKEN_COLUMNS
                               " FROM access_tokens t WHERE t.id = $1 AND t.user_id = $2 "
                               "FOR NO KEY UPDATE"};
constexpr Statement kTokenInsert{
    "token_insert",
    "INSERT INTO access_tokens AS t "
    "(id, user_id, token_hash, token_sealed, duration_hours, price_paid) "
    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING " TOKEN_COLUMNS};
constexpr Statement kTokenActivate{"token_activate",
                                   "UPDATE access_tokens SET activated_at = to_timestamp($2) "
                                   "WHERE id = $1 AND activated_at IS NULL AND revoked_at IS NULL"};
constexpr Statement kTokenMarkRevoked{"token_mark_revoked",
                                      "UPDATE access_tokens SET revoked_at = to_timestamp($2) "
                                      "WHERE id = ANY ($1::uuid[]) AND revoked_at IS NULL"};

constexpr Statement kTokenFindOwner{"token_find_owner",
                                    "SELECT user_id FROM access_tokens WHERE id = $1"};
constexpr Statement kTokenExtend{
    "token_extend",
    "WITH extended AS (UPDATE access_tokens SET duration_hours = $3, price_paid = price_paid + $5 "
    "WHERE id = $2 RETURNING id) INSERT INTO token_extensions "
    "(transaction_id, token_id, duration_hours, activated_at) "
    "SELECT $1, id, $3, to_timestamp($4::bigint) FROM extended"};
constexpr Statement kTokenFindExtension{
    "token_find_extension", "SELECT transaction_id, token_id, duration_hours, " ZENZEFI_EPOCH(
                                "activated_at") " FROM token_extensions WHERE transaction_id = $1"};
// As access_tokens_revoked_by_end has it.
constexpr Statement kTokenListRevoked{
    "token_list_revoked",
    "SELECT token_hash, " ZENZEFI_EPOCH(
        "activated_at + make_interval(hours => duration_hours)") " FROM access_tokens "
    "WHERE revoked_at IS NOT NULL AND activated_at IS NOT NULL "
    "AND (activated_at AT TIME ZONE 'UTC') + make_interval(hours => duration_hours) "
    "> to_timestamp($1) AT TIME ZONE 'UTC' ORDER BY revoked_at DESC"};

#define ENDS "t.activated_at + make_interval(hours => t.duration_hours)"
#define USABLE_AT(time) \
  "t.revoked_at IS NULL AND (t.activated_at IS NULL OR " ENDS " > to_timestamp(" time "))"

constexpr Statement kTokenLockUsable{"token_lock_usable",
                                     "SELECT " TOKEN_COLUMNS
                                     " FROM access_tokens t WHERE t.user_id = $1 AND " USABLE_AT(
                                         "$2") " ORDER BY t.id FOR NO KEY UPDATE"};

// $1 and $2 are empty when it does not matter whose, or what they are at $3.
#define WANTED                                                                                 \
  " FROM access_tokens t WHERE ($1::uuid IS NULL OR t.user_id = $1) AND ($2::text IS NULL OR " \
  "$2 = CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN t.activated_at IS NULL THEN "   \
  "'unused' WHEN " ENDS " > to_timestamp($3) THEN 'active' ELSE 'expired' END)"

constexpr Statement kTokenCountWanted{"token_count_wanted", "SELECT count(*)" WANTED};
constexpr Statement kTokenSearch{"token_search", "SELECT " TOKEN_COLUMNS WANTED
                                                 " ORDER BY t.created_at DESC, t.id DESC "
                                                 "LIMIT $4 OFFSET $5"};

#undef WANTED
#undef USABLE_AT
#undef ENDS

// $2 is empty when every token is wanted.
#define OF_USER                                                            \
  " FROM access_tokens t WHERE t.user_id = $1 AND ($2::bigint IS NULL OR " \
  "(t.revoked_at IS NULL AND (t.activated_at IS NULL OR "                  \
  "t.activated_at + make_interval(hours => t.duration_hours) > to_timestamp($2::bigint))))"

constexpr Statement kTokenCount{"token_count", "SELECT count(*)" OF_USER};
constexpr Statement kTokenList{"token_list",
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

}  // namespace

std::vector<std::optional<app::AccessTokenStore::OwnedToken>> PostgresAccessTokenStore::find_all(
    std::span<const TokenHash> hashes) const {
  std::vector<std::optional<OwnedToken>> out(hashes.size());
  for (const auto& row : session_.execute(kTokenFind, hashes)) {
    RowReader reader{row};
    OwnedToken owned;
    owned.token = read_token(reader);
    owned.owner_is_active = reader.flag();
    for (std::size_t place = 0; place < hashes.size(); ++place) {
      if (hashes[place] == owned.token.hash) {
        out[place] = owned;
      }
    }
  }
  return out;
}

domain::Page<domain::AccessToken> PostgresAccessTokenStore::list(
    const Uuid& user_id, std::optional<Timestamp> usable_at,
    const domain::PageRequest& page) const {
  domain::Page<domain::AccessToken> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kTokenCount, user_id, usable_at)[0][0].as<std::uint64_t>();
  for (const auto& row :
       session_.execute(kTokenList, user_id, usable_at, page.limit, page.offset)) {
    out.items.push_back(read_token(row));
  }
  return out;
}

domain::Page<domain::AccessToken> PostgresAccessTokenStore::search(
    const Filter& filter, const domain::PageRequest& page) const {
  const auto status = filter.status.has_value()
                          ? std::optional{std::string{domain::to_string(*filter.status)}}
                          : std::nullopt;
  domain::Page<domain::AccessToken> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kTokenCountWanted, filter.user_id, status, filter.now)[0][0]
                  .as<std::uint64_t>();
  for (const auto& row : session_.execute(kTokenSearch, filter.user_id, status, filter.now,
                                          page.limit, page.offset)) {
    out.items.push_back(read_token(row));
  }
  return out;
}

std::optional<Uuid> PostgresAccessTokenStore::find_owner(const Uuid& id) const {
  const pqxx::result result = session_.execute(kTokenFindOwner, id);
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  return RowReader{row}.uuid();
}

std::vector<app::RevokedToken> PostgresAccessTokenStore::list_revoked(Timestamp now) const {
  std::vector<app::RevokedToken> out;
  for (const auto& row : session_.execute(kTokenListRevoked, now)) {
    RowReader reader{row};
    const TokenHash hash = reader.token_hash();
    out.push_back({hash, reader.time()});
  }
  return out;
}

std::vector<domain::AccessToken> PostgresAccessTokenStore::lock_usable(const Uuid& user_id,
                                                                       Timestamp now) {
  std::vector<domain::AccessToken> out;
  for (const auto& row : session_.execute(kTokenLockUsable, user_id, now)) {
    out.push_back(read_token(row));
  }
  return out;
}

std::optional<domain::AccessToken> PostgresAccessTokenStore::lock(const Uuid& id,
                                                                  const Uuid& user_id) {
  const pqxx::result result = session_.execute(kTokenLock, id, user_id);
  if (result.empty()) {
    return std::nullopt;
  }
  return read_token(result[0]);
}

domain::AccessToken PostgresAccessTokenStore::insert(const NewAccessToken& token) {
  return read_token(session_.execute(kTokenInsert, token.id, token.user_id, token.hash,
                                     as_bytes(token.sealed), token.duration_hours,
                                     token.price_paid)[0]);
}

bool PostgresAccessTokenStore::activate(const Uuid& id, Timestamp now) {
  return session_.execute(kTokenActivate, id, now).affected_rows() == 1;
}

void PostgresAccessTokenStore::mark_revoked(std::span<const Uuid> ids, Timestamp now) {
  session_.execute(kTokenMarkRevoked, ids, now);
}

void PostgresAccessTokenStore::extend(const Extension& extension, domain::Money price) {
  session_.execute(kTokenExtend, extension.transaction_id, extension.token_id,
                   extension.duration_hours, extension.activated_at, price);
}

std::optional<app::AccessTokenStore::Extension> PostgresAccessTokenStore::find_extension(
    const Uuid& transaction_id) const {
  const pqxx::result result = session_.execute(kTokenFindExtension, transaction_id);
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  RowReader reader{row};
  Extension extension;
  extension.transaction_id = reader.uuid();
  extension.token_id = reader.uuid();
  extension.duration_hours = reader.hours();
  extension.activated_at = reader.optional_time();
  return extension;
}

}  // namespace zenzefi::infra
