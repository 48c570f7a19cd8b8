#include "infra/redis/redis_grant_cache.hpp"

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "shared/keys.hpp"
#include "shared/timestamp.hpp"

namespace zenzefi::infra {
namespace {

// KEYS: the record's. ARGV: the grant, its end, the same as seconds since 1970. Ends are compared
// as text, which is right for those of our form; a record of another form is replaced.
constexpr std::string_view kPutExtended = R"lua(
  local held = redis.call('GET', KEYS[1])
  if held then
    local parsed, record = pcall(cjson.decode, held)
    if parsed and type(record) == 'table' then
      if record.revoked == true then
        return 0
      end
      local ends = record.expires_at
      if type(ends) == 'string' and #ends == #ARGV[2] and ends:sub(-1) == 'Z' and ends >= ARGV[2] then
        return 0
      end
    end
  end
  redis.call('SET', KEYS[1], ARGV[1], 'EXAT', ARGV[3])
  return 1
)lua";

// KEYS: the records'. ARGV: for each its tombstone, and its end as seconds since 1970.
constexpr std::string_view kPutTombstones = R"lua(
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, ARGV[2 * i - 1], 'EXAT', ARGV[2 * i])
  end
  return #KEYS
)lua";

// Of the answer to INFO: lines of `name:value`.
std::string field_of(const std::string& info, const std::string& name) {
  const std::string field = "\r\n" + name + ":";
  const std::size_t at = info.find(field);
  if (at == std::string::npos) {
    throw std::runtime_error("Redis does not tell its " + name);
  }
  const std::size_t start = at + field.size();
  return info.substr(start, info.find('\r', start) - start);
}

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

domain::Result<void> RedisGrantCache::put_all_if_absent(std::span<const HashedGrant> grants) {
  return attempt([&] {
    struct Text {
      std::string key;
      std::string record;
      std::string expiry;
    };
    std::vector<Text> texts;
    texts.reserve(grants.size());
    std::vector<std::vector<std::string_view>> commands;
    commands.reserve(grants.size());
    for (const auto& [hash, grant] : grants) {
      texts.push_back({active_token_key(hash), format_grant_record(grant),
                       std::to_string(grant.expires_at.time_since_epoch().count())});
      const auto& [key, record, expiry] = texts.back();
      // EXAT rather than EX: however late this arrives, the record dies with the token.
      commands.push_back({"SET", key, record, "NX", "EXAT", expiry});
    }
    pool_.pipeline(commands);
  });
}

domain::Result<void> RedisGrantCache::put_extended(const TokenHash& hash, const Grant& grant) {
  return attempt([&] {
    const std::string key = active_token_key(hash);
    const std::string record = format_grant_record(grant);
    const std::string end = format_timestamp(grant.expires_at);
    const std::string expiry = std::to_string(grant.expires_at.time_since_epoch().count());
    pool_.command({"EVAL", kPutExtended, "1", key, record, end, expiry});
  });
}

domain::Result<void> RedisGrantCache::put_tombstones(std::span<const app::RevokedToken> tokens) {
  return attempt([&] {
    std::vector<std::string> words{"EVAL", std::string{kPutTombstones},
                                   std::to_string(tokens.size())};
    words.reserve(words.size() + 3 * tokens.size());
    for (const app::RevokedToken& token : tokens) {
      words.push_back(active_token_key(token.hash));
    }
    for (const app::RevokedToken& token : tokens) {
      words.push_back(format_grant_record(Tombstone{token.revoked_at}));
      words.push_back(std::to_string(token.end.time_since_epoch().count()));
    }
    pool_.command(std::vector<std::string_view>{words.begin(), words.end()});
  });
}

// A process that was a replica for a while has the data of its master since, and tells by another
// master_replid.
domain::Result<std::string> RedisGrantCache::incarnation() {
  std::string name;
  const auto asked = attempt([&] {
    const std::string info = pool_.command({"INFO", "server", "replication"}).text;
    name = field_of(info, "run_id") + "/" + field_of(info, "master_replid");
  });
  return asked.map([&] { return name; });
}

domain::Result<bool> RedisGrantCache::confirm_delivery() {
  bool was_there = false;
  const auto confirmed = attempt([&] {
    const auto before = pool_.command(
        {"SET", kDeliveredKey, "1", "PX", std::to_string(kDeliveredLifetime.count()), "GET"});
    was_there = !before.nil;
  });
  return confirmed.map([&] { return was_there; });
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
