#include "infra/postgres/store/proxy_session_store.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define PROXY_SESSION_COLUMNS \
  "s.id, s.user_id, s.token_id, host(s.ip_address), s.user_agent, " ZENZEFI_EPOCH(       \
      "s.started_at") ", " ZENZEFI_EPOCH("s.last_activity") ", " ZENZEFI_EPOCH(          \
      "s.ended_at") ", s.bytes_in, s.bytes_out, s.requests"

// And sessions and tokens are found by their keys until the transaction ends: PostgreSQL takes any
// JSON for 100 rows, and would rather read all sessions of all months than look up so many.
constexpr Statement kUsageLock{
    "usage_lock",
    "SELECT pg_advisory_xact_lock(hashtextextended('zenzefi.usage', 0)), "
    "set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true)"};
constexpr Statement kUsageTakeBatch{"usage_take_batch",
                                    "INSERT INTO usage_batches (writer, sequence, applied_at) "
                                    "VALUES ($1, $2, to_timestamp($3)) ON CONFLICT DO NOTHING"};
constexpr Statement kUsageForgetBatches{
    "usage_forget_batches", "DELETE FROM usage_batches WHERE applied_at < to_timestamp($1)"};

// $1 is the JSON of shared/usage.hpp, $2 the time now, $3 the seconds of silence that end a
// session. A session that had ended and is added to is looked at again by the next end_finished():
// the last usage of a token arrives after its end. No session begins before its token was made: its
// partition is there because the purchase's is.
constexpr Statement kUsageAdd{
    "usage_add",
    "WITH delta AS ("
    "SELECT t.id AS token_id, t.user_id, nullif(d.ip_address, '')::inet AS ip_address, "
    "d.user_agent, sum(d.requests)::bigint AS requests, sum(d.bytes_in)::bigint AS bytes_in, "
    "sum(d.bytes_out)::bigint AS bytes_out, "
    "least(greatest(min(d.first_activity), t.created_at), to_timestamp($2)) AS first_activity, "
    "least(greatest(max(d.last_activity), t.created_at), to_timestamp($2)) AS last_activity "
    "FROM jsonb_to_recordset($1::jsonb) AS d (token_id uuid, ip_address text, user_agent text, "
    "requests bigint, bytes_in bigint, bytes_out bigint, first_activity timestamptz, "
    "last_activity timestamptz) JOIN access_tokens t ON t.id = d.token_id "
    "GROUP BY 1, 2, 3, 4), "
    "matched AS (SELECT d.*, o.id, o.started_at FROM delta d LEFT JOIN LATERAL ("
    "SELECT s.id, s.started_at FROM proxy_sessions s WHERE s.token_id = d.token_id "
    "AND s.ip_address IS NOT DISTINCT FROM d.ip_address AND s.user_agent = d.user_agent "
    "AND s.last_activity >= d.first_activity - make_interval(secs => $3) "
    "ORDER BY s.started_at DESC LIMIT 1) o ON true), "
    "continued AS (UPDATE proxy_sessions s SET "
    "last_activity = greatest(s.last_activity, m.last_activity), ended_at = NULL, "
    "bytes_in = s.bytes_in + m.bytes_in, bytes_out = s.bytes_out + m.bytes_out, "
    "requests = s.requests + m.requests FROM matched m "
    "WHERE s.id = m.id AND s.started_at = m.started_at RETURNING s.*), "
    "begun AS (INSERT INTO proxy_sessions (id, user_id, token_id, ip_address, user_agent, "
    "started_at, last_activity, bytes_in, bytes_out, requests) "
    "SELECT gen_random_uuid(), user_id, token_id, ip_address, user_agent, first_activity, "
    "last_activity, bytes_in, bytes_out, requests FROM matched WHERE id IS NULL RETURNING *) "
    "SELECT " PROXY_SESSION_COLUMNS
    " FROM (SELECT * FROM continued UNION ALL SELECT * FROM begun) s"};

constexpr Statement kProxySessionEndFinished{
    "proxy_session_end_finished",
    "UPDATE proxy_sessions s SET ended_at = s.last_activity FROM access_tokens t "
    "WHERE s.ended_at IS NULL AND t.id = s.token_id AND ("
    "s.last_activity < to_timestamp($1) - make_interval(secs => $2) OR t.revoked_at IS NOT NULL "
    "OR t.activated_at + make_interval(hours => t.duration_hours) <= to_timestamp($1))"};

constexpr Statement kProxySessionLatest{"proxy_session_latest",
                                        "SELECT " PROXY_SESSION_COLUMNS
                                        " FROM proxy_sessions s WHERE s.token_id = $1 "
                                        "ORDER BY s.last_activity DESC, s.started_at DESC LIMIT 1"};
constexpr Statement kProxySessionCountLive{
    "proxy_session_count_live", "SELECT count(*) FROM proxy_sessions WHERE ended_at IS NULL"};
constexpr Statement kProxySessionListLive{
    "proxy_session_list_live",
    "SELECT " PROXY_SESSION_COLUMNS
    ", u.username FROM proxy_sessions s JOIN users u ON u.id = s.user_id "
    "WHERE s.ended_at IS NULL "
    "ORDER BY s.started_at DESC, s.id DESC LIMIT $1 OFFSET $2"};

#undef PROXY_SESSION_COLUMNS

constexpr std::int64_t kIdleSeconds =
    std::chrono::duration_cast<std::chrono::seconds>(domain::kProxySessionIdle).count();

domain::ProxySession read_proxy_session(RowReader& reader) {
  domain::ProxySession session;
  session.id = reader.uuid();
  session.user_id = reader.uuid();
  session.token_id = reader.uuid();
  session.ip_address = reader.text_or_empty();
  session.user_agent = reader.text();
  session.started_at = reader.time();
  session.last_activity = reader.time();
  session.ended_at = reader.optional_time();
  session.bytes_in = static_cast<std::uint64_t>(reader.integer());
  session.bytes_out = static_cast<std::uint64_t>(reader.integer());
  session.requests = static_cast<std::uint64_t>(reader.integer());
  return session;
}

}  // namespace

void PostgresProxySessionStore::lock() {
  session_.execute(kUsageLock);
}

bool PostgresProxySessionStore::take_batch(const Uuid& writer, std::uint64_t sequence,
                                           Timestamp now) {
  return session_.execute(kUsageTakeBatch, writer, sequence, now).affected_rows() == 1;
}

std::vector<domain::ProxySession> PostgresProxySessionStore::add(std::span<const UsageDelta> deltas,
                                                                 Timestamp now) {
  std::vector<domain::ProxySession> out;
  for (const auto& row :
       session_.execute(kUsageAdd, format_usage_deltas(deltas), now, kIdleSeconds)) {
    RowReader reader{row};
    out.push_back(read_proxy_session(reader));
  }
  return out;
}

std::size_t PostgresProxySessionStore::end_finished(Timestamp now) {
  return session_.execute(kProxySessionEndFinished, now, kIdleSeconds).affected_rows();
}

std::size_t PostgresProxySessionStore::forget_batches(Timestamp before) {
  return session_.execute(kUsageForgetBatches, before).affected_rows();
}

std::optional<domain::ProxySession> PostgresProxySessionStore::latest_of(
    const Uuid& token_id) const {
  const pqxx::result result = session_.execute(kProxySessionLatest, token_id);
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  RowReader reader{row};
  return read_proxy_session(reader);
}

domain::Page<app::ProxySessionStore::LiveSession> PostgresProxySessionStore::list_live(
    const domain::PageRequest& page) const {
  domain::Page<LiveSession> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kProxySessionCountLive)[0][0].as<std::uint64_t>();
  for (const auto& row : session_.execute(kProxySessionListLive, page.limit, page.offset)) {
    RowReader reader{row};
    LiveSession live;
    live.session = read_proxy_session(reader);
    live.username = reader.text();
    out.items.push_back(std::move(live));
  }
  return out;
}

}  // namespace zenzefi::infra
