#include "usage/usage_table.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>
#include <utility>

namespace zenzefi::gateway {
namespace {

// As usage_user_agent() makes it, without memory of its own: two that are shown alike are one.
class ShownAgent {
 public:
  explicit ShownAgent(std::string_view header) noexcept
      : length_(std::min(header.size(), text_.size())) {
    std::transform(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(length_),
                   text_.begin(), [](char c) { return c < ' ' || c > '~' ? '?' : c; });
  }

  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), length_}; }

 private:
  std::array<char, kMaxUsageUserAgentLength> text_;
  std::size_t length_;
};

std::size_t hash_of(const UsageClient& client) noexcept {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  constexpr std::hash<std::string_view> kText;
  std::uint64_t hash = 0;
  std::memcpy(&hash, client.token_id.bytes.data() + sizeof(hash), sizeof(hash));
  hash = (hash ^ hash >> 32 ^ kText(client.ip_address)) * kOdd;
  hash = (hash ^ hash >> 32 ^ kText(client.user_agent)) * kOdd;
  return hash ^ hash >> 32;
}

bool is_of(const UsageDelta& delta, const UsageClient& client) noexcept {
  return delta.token_id == client.token_id && delta.user_id == client.user_id &&
         delta.ip_address == client.ip_address && delta.user_agent == client.user_agent;
}

void sum(UsageDelta& delta, const UsageAmounts& amounts, Timestamp first, Timestamp last) noexcept {
  delta.requests += amounts.requests;
  delta.bytes_in += amounts.bytes_in;
  delta.bytes_out += amounts.bytes_out;
  delta.first_activity = std::min(delta.first_activity, first);
  delta.last_activity = std::max(delta.last_activity, last);
}

}  // namespace

UsageTable::UsageTable() {
  buckets_.fill(kNone);
}

bool UsageTable::add(const UsageClient& client, const UsageAmounts& amounts, Timestamp first,
                     Timestamp last) noexcept {
  const ShownAgent agent{client.user_agent};
  UsageClient shown = client;
  shown.user_agent = agent.view();
  Entry* entry = find_or_make(shown);
  if (entry == nullptr) {
    return false;
  }
  sum(entry->delta, amounts, first, last);
  return true;
}

auto UsageTable::find_or_make(const UsageClient& client) noexcept -> Entry* {
  const std::size_t hash = hash_of(client);
  if (Entry* known = find(client, hash)) {
    return known;
  }
  if (entries_.size() < kClients) {
    return make(client, hash);
  }
  const UsageClient token{client.token_id, client.user_id, {}, {}};
  const std::size_t token_hash = hash_of(token);
  if (Entry* known = find(token, token_hash)) {
    return known;
  }
  return entries_.size() < 2 * kClients ? make(token, token_hash) : nullptr;
}

auto UsageTable::find(const UsageClient& client, std::size_t hash) noexcept -> Entry* {
  std::uint32_t place = buckets_[hash % kBuckets];
  while (place != kNone) {
    Entry& entry = entries_[place];
    if (entry.hash == hash && is_of(entry.delta, client)) {
      return &entry;
    }
    place = entry.next;
  }
  return nullptr;
}

auto UsageTable::make(const UsageClient& client, std::size_t hash) noexcept -> Entry* {
  std::uint32_t& bucket = buckets_[hash % kBuckets];
  try {
    Entry entry{{.token_id = client.token_id,
                 .user_id = client.user_id,
                 .ip_address = std::string{client.ip_address},
                 .user_agent = std::string{client.user_agent},
                 .first_activity = Timestamp::max(),
                 .last_activity = Timestamp::min()},
                hash,
                bucket};
    entries_.push_back(std::move(entry));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  bucket = static_cast<std::uint32_t>(entries_.size() - 1);
  return &entries_.back();
}

std::vector<UsageDelta> UsageTable::take(std::size_t most) {
  std::vector<UsageDelta> taken;
  taken.reserve(std::min(most, entries_.size()));
  while (!entries_.empty() && taken.size() < most) {
    unlink_last();
    taken.push_back(std::move(entries_.back().delta));
    entries_.pop_back();
  }
  return taken;
}

// The newest of its bucket comes first there, and nothing is newer than the last.
void UsageTable::unlink_last() noexcept {
  const Entry& last = entries_.back();
  buckets_[last.hash % kBuckets] = last.next;
}

}  // namespace zenzefi::gateway
