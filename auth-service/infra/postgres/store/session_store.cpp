#include "infra/postgres/store/session_store.hpp"

#include "infra/postgres/address.hpp"
#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define SESSION_COLUMNS                                                                \
  "s.id, s.user_id, s.remember_me, s.device_info, host(s.ip_address), " ZENZEFI_EPOCH( \
      "s.created_at") ", " ZENZEFI_EPOCH("s.expires_at") ", " ZENZEFI_EPOCH("s.ended_at")

constexpr Statement kSessionFind{"session_find",
                                 "SELECT " SESSION_COLUMNS " FROM sessions s WHERE s.id = $1"};
constexpr Statement kSessionLock{
    "session_lock", "SELECT " SESSION_COLUMNS " FROM sessions s WHERE s.id = $1 FOR NO KEY UPDATE"};

#define ALIVE_OF_USER                                             \
  " FROM sessions s WHERE s.user_id = $1 AND s.ended_at IS NULL " \
  "AND s.expires_at > to_timestamp($2)"

constexpr Statement kSessionCountAlive{"session_count_alive", "SELECT count(*)" ALIVE_OF_USER};
constexpr Statement kSessionListAlive{"session_list_alive",
                                      "SELECT " SESSION_COLUMNS ALIVE_OF_USER
                                      " ORDER BY s.created_at DESC, s.id DESC LIMIT $3 OFFSET $4"};

#undef ALIVE_OF_USER

// Both rows are locked: under READ COMMITTED only a locked row is looked at again after the wait
// for it, and the second use of a refresh token must see `used_at` of the first.
constexpr Statement kSessionLockByRefreshToken{
    "session_lock_by_refresh_token",
    "SELECT " SESSION_COLUMNS ", r.token_hash, r.session_id, " ZENZEFI_EPOCH(
        "r.used_at") " FROM sessions s JOIN refresh_tokens r ON r.session_id = s.id "
                     "WHERE r.token_hash = $1 FOR NO KEY UPDATE OF s, r"};
constexpr Statement kSessionInsert{
    "session_insert",
    "WITH session AS (INSERT INTO sessions (id, user_id, remember_me, device_info, ip_address, "
    "created_at, expires_at) VALUES ($1, $2, $3, $4, $5, to_timestamp($6), to_timestamp($7)) "
    "RETURNING id) INSERT INTO refresh_tokens (token_hash, session_id) SELECT $8, id FROM session"};
constexpr Statement kSessionRotate{
    "session_rotate",
    "WITH used AS (UPDATE refresh_tokens SET used_at = to_timestamp($4) "
    "WHERE token_hash = $2 AND session_id = $1), "
    "session AS (UPDATE sessions SET expires_at = to_timestamp($5) WHERE id = $1) "
    "INSERT INTO refresh_tokens (token_hash, session_id) VALUES ($3, $1)"};
constexpr Statement kSessionEnd{
    "session_end",
    "UPDATE sessions SET ended_at = to_timestamp($2) WHERE id = $1 AND ended_at IS NULL"};
constexpr Statement kSessionEndOthers{"session_end_others",
                                      "UPDATE sessions SET ended_at = to_timestamp($3) "
                                      "WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL"};
constexpr Statement kSessionEndAll{
    "session_end_all",
    "UPDATE sessions SET ended_at = to_timestamp($2) WHERE user_id = $1 AND ended_at IS NULL"};

#undef SESSION_COLUMNS

domain::Session read_session(RowReader& reader) {
  domain::Session session;
  session.id = reader.uuid();
  session.user_id = reader.uuid();
  session.remember_me = reader.flag();
  session.device_info = reader.text();
  session.ip_address = reader.text_or_empty();
  session.created_at = reader.time();
  session.expires_at = reader.time();
  session.ended_at = reader.optional_time();
  return session;
}

std::optional<domain::Session> read_session(const pqxx::result& result) {
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  RowReader reader{row};
  return read_session(reader);
}

}  // namespace

std::optional<domain::Session> PostgresSessionStore::find(const Uuid& id) const {
  return read_session(session_.execute(kSessionFind, id));
}

domain::Page<domain::Session> PostgresSessionStore::list_alive(
    const Uuid& user_id, Timestamp now, const domain::PageRequest& page) const {
  domain::Page<domain::Session> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kSessionCountAlive, user_id, now)[0][0].as<std::uint64_t>();
  for (const auto& row :
       session_.execute(kSessionListAlive, user_id, now, page.limit, page.offset)) {
    RowReader reader{row};
    out.items.push_back(read_session(reader));
  }
  return out;
}

std::optional<domain::Session> PostgresSessionStore::lock(const Uuid& id) {
  return read_session(session_.execute(kSessionLock, id));
}

std::optional<app::SessionStore::Match> PostgresSessionStore::lock_by_refresh_token(
    const TokenHash& hash) {
  const pqxx::result result = session_.execute(kSessionLockByRefreshToken, hash);
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  RowReader reader{row};
  Match match;
  match.session = read_session(reader);
  match.token.hash = reader.token_hash();
  match.token.session_id = reader.uuid();
  match.token.used_at = reader.optional_time();
  return match;
}

void PostgresSessionStore::insert(const domain::Session& session, const TokenHash& refresh_token) {
  session_.execute(kSessionInsert, session.id, session.user_id, session.remember_me,
                   session.device_info, address_or_nothing(session.ip_address), session.created_at,
                   session.expires_at, refresh_token);
}

void PostgresSessionStore::rotate(const Uuid& session_id, const TokenHash& used,
                                  const TokenHash& next, Timestamp now, Timestamp expires_at) {
  session_.execute(kSessionRotate, session_id, used, next, now, expires_at);
}

void PostgresSessionStore::end(const Uuid& session_id, Timestamp now) {
  session_.execute(kSessionEnd, session_id, now);
}

void PostgresSessionStore::end_others(const Uuid& user_id, const Uuid& kept_session_id,
                                      Timestamp now) {
  session_.execute(kSessionEndOthers, user_id, kept_session_id, now);
}

void PostgresSessionStore::end_all(const Uuid& user_id, Timestamp now) {
  session_.execute(kSessionEndAll, user_id, now);
}

}  // namespace zenzefi::infra
