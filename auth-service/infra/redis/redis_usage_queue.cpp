#include "infra/redis/redis_usage_queue.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace zenzefi::infra {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kBeginning = "0";
constexpr std::string_view kNew = ">";
constexpr std::string_view kShownPrefix = "proxy_session:";
constexpr std::size_t kShownTogether = 256;

std::optional<std::uint64_t> parse_sequence(std::string_view text) {
  // What bigint holds.
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || number > kMost) {
    return std::nullopt;
  }
  return number;
}

// `fields` is name, value, name, value, ...
std::optional<app::UsageBatch> read_batch(const std::vector<RedisReply>& fields) {
  std::optional<Uuid> writer;
  std::optional<std::uint64_t> sequence;
  std::optional<std::vector<UsageDelta>> deltas;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& value = fields[i + 1].text;
    if (fields[i].text == kUsageWriterField) {
      writer = Uuid::parse(value);
    } else if (fields[i].text == kUsageSequenceField) {
      sequence = parse_sequence(value);
    } else if (fields[i].text == kUsageDeltasField) {
      deltas = parse_usage_deltas(value);
    }
  }
  if (!writer || !sequence || !deltas) {
    return std::nullopt;
  }
  return app::UsageBatch{*writer, *sequence, *std::move(deltas)};
}

// An entry that was handed out and then trimmed away has no fields.
std::vector<app::UsageEntry> read_entries(const RedisReply& reply) {
  std::vector<app::UsageEntry> entries;
  for (const RedisReply& entry : reply.elements) {
    if (entry.elements.size() == 2) {
      entries.push_back({entry.elements[0].text, read_batch(entry.elements[1].elements)});
    }
  }
  return entries;
}

// An id is "<milliseconds>-<number>".
Timestamp time_of(std::string_view id) {
  milliseconds::rep number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return Timestamp{std::chrono::floor<std::chrono::seconds>(milliseconds{number})};
}

bool says(const RedisRefused& refusal, std::string_view code) {
  return std::string_view{refusal.what()}.starts_with(code);
}

// UUIDs and times need no escaping.
std::string shown(const domain::ProxySession& session) {
  return R"({"user_id":")" + session.user_id.to_string() + R"(","token_id":")" +
         session.token_id.to_string() + R"(","started_at":")" +
         format_timestamp(session.started_at) + R"(","last_activity":")" +
         format_timestamp(session.last_activity) + R"("})";
}

}  // namespace

RedisUsageQueue::RedisUsageQueue(RedisUsageQueueOptions options) : options_(std::move(options)) {}

RedisUsageQueue::~RedisUsageQueue() {
  if (!connection_ || has_own_) {
    return;
  }
  try {
    command(std::array<std::string_view, 5>{"XGROUP", "DELCONSUMER", kUsageStream, kUsageGroup,
                                            options_.consumer});
  } catch (const std::exception&) {
    return;  // It stays on the list of the group, with nothing to its name.
  }
}

// Runs what may throw, as a result. After an error nobody knows what was handed out.
template <typename Work>
auto RedisUsageQueue::attempt(Work&& work) -> domain::Result<std::invoke_result_t<Work&>> {
  try {
    connect();
    return work();
  } catch (const RedisRefused& refusal) {
    if (says(refusal, "NOGROUP")) {
      connection_.reset();  // an emptied Redis: connecting makes the group again
    }
    has_own_ = true;
    return domain::fail(domain::ErrorCode::kUnavailable, refusal.what());
  } catch (const std::exception& error) {
    connection_.reset();
    has_own_ = true;
    return domain::fail(domain::ErrorCode::kUnavailable, error.what());
  }
}

RedisReply RedisUsageQueue::command(std::span<const std::string_view> words, milliseconds wait) {
  return connection_->command(words, options_.timeout + wait);
}

void RedisUsageQueue::connect() {
  if (!connection_) {
    connection_.emplace(options_.address, options_.timeout);
    ensure_group();
  }
}

void RedisUsageQueue::ensure_group() {
  try {
    command(std::array<std::string_view, 6>{"XGROUP", "CREATE", kUsageStream, kUsageGroup,
                                            kBeginning, "MKSTREAM"});
  } catch (const RedisRefused& refusal) {
    if (!says(refusal, "BUSYGROUP")) {
      throw;
    }
  }
}

domain::Result<std::vector<app::UsageEntry>> RedisUsageQueue::take(milliseconds wait) {
  return attempt([&]() -> Entries {
    if (has_own_) {
      if (Entries own = read_own(); !own.empty()) {
        return own;
      }
      has_own_ = false;
    }
    if (SteadyClock::now() >= next_claim_) {
      if (Entries abandoned = claim_abandoned(); !abandoned.empty()) {
        return abandoned;
      }
    }
    return read_new(wait);
  });
}

RedisUsageQueue::Entries RedisUsageQueue::read_own() {
  return read(kBeginning, std::nullopt);
}

RedisUsageQueue::Entries RedisUsageQueue::read_new(milliseconds wait) {
  Entries entries = read(kNew, wait);
  has_own_ = !entries.empty();
  return entries;
}

RedisUsageQueue::Entries RedisUsageQueue::read(std::string_view from,
                                               std::optional<milliseconds> wait) {
  const std::string count = std::to_string(options_.batch);
  // To Redis, zero would mean for ever.
  const std::string block =
      std::to_string(std::max(wait.value_or(milliseconds{1}).count(), milliseconds::rep{1}));
  std::vector<std::string_view> words{"XREADGROUP",      "GROUP", kUsageGroup,
                                      options_.consumer, "COUNT", count};
  if (wait) {
    words.insert(words.end(), {"BLOCK", block});
  }
  words.insert(words.end(), {"STREAMS", kUsageStream, from});
  const RedisReply reply = command(words, wait.value_or(milliseconds{0}));
  if (reply.nil || reply.elements.empty() || reply.elements[0].elements.size() != 2) {
    return {};
  }
  return read_entries(reply.elements[0].elements[1]);
}

RedisUsageQueue::Entries RedisUsageQueue::claim_abandoned() {
  const std::string idle = std::to_string(options_.abandoned_after.count());
  const std::string count = std::to_string(options_.batch);
  const RedisReply reply = command(
      std::array<std::string_view, 8>{"XAUTOCLAIM", kUsageStream, kUsageGroup, options_.consumer,
                                      idle, claim_cursor_, "COUNT", count});
  claim_cursor_ = reply.elements.at(0).text;
  if (claim_cursor_ == "0-0") {
    next_claim_ = SteadyClock::now() + options_.claim_interval;
  }
  Entries entries = read_entries(reply.elements.at(1));
  has_own_ = !entries.empty();
  return entries;
}

domain::Result<void> RedisUsageQueue::acknowledge(std::span<const app::UsageEntry> entries) {
  std::vector<std::string_view> remove{"XDEL", kUsageStream};
  std::vector<std::string_view> acknowledge{"XACK", kUsageStream, kUsageGroup};
  for (const app::UsageEntry& entry : entries) {
    remove.push_back(entry.id);
    acknowledge.push_back(entry.id);
  }
  const auto done = attempt([&] {
    // In this order: what is left of an entry that is only removed is handed out again, and goes.
    command(remove);
    command(acknowledge);
    return true;
  });
  return done.map([](bool /*done*/) {});
}

domain::Result<std::optional<Timestamp>> RedisUsageQueue::oldest() {
  return attempt([&]() -> std::optional<Timestamp> {
    const RedisReply reply =
        command(std::array<std::string_view, 6>{"XRANGE", kUsageStream, "-", "+", "COUNT", "1"});
    if (reply.elements.empty()) {
      return std::nullopt;
    }
    return time_of(reply.elements[0].elements.at(0).text);
  });
}

domain::Result<void> RedisUsageQueue::show(std::span<const domain::ProxySession> sessions) {
  const auto done = attempt([&] {
    while (!sessions.empty()) {
      const auto some = sessions.first(std::min(sessions.size(), kShownTogether));
      show_together(some);
      sessions = sessions.subspan(some.size());
    }
    return true;
  });
  return done.map([](bool /*done*/) {});
}

void RedisUsageQueue::show_together(std::span<const domain::ProxySession> sessions) {
  const std::string lifetime = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(domain::kProxySessionIdle).count());
  std::vector<std::pair<std::string, std::string>> records;
  records.reserve(sessions.size());
  for (const domain::ProxySession& session : sessions) {
    records.emplace_back(std::string{kShownPrefix} + session.id.to_string(), shown(session));
  }
  std::vector<std::vector<std::string_view>> commands;
  commands.reserve(sessions.size());
  for (const auto& [key, record] : records) {
    commands.push_back({"SET", key, record, "EX", lifetime});
  }
  connection_->pipeline(commands, options_.timeout);
}

}  // namespace zenzefi::infra
