#include "usage/usage_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <new>
#include <utility>

#include "memory/fetch_ahead.hpp"

namespace zenzefi::gateway {
namespace {

// Eight characters at once, as bytes of a word: any below a space has a bit left by the first term,
// any above a tilde by the second.
bool is_printable(std::string_view text) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  constexpr std::uint64_t kHighest = 0x80 * kEach;
  std::uint64_t odd = 0;
  while (!text.empty()) {
    std::uint64_t word = ' ' * kEach;
    const std::size_t length = std::min(text.size(), sizeof word);
    std::memcpy(&word, text.data(), length);
    odd |= ((word - ' ' * kEach) & ~word) | (word + kEach) | word;
    text.remove_prefix(length);
  }
  return (odd & kHighest) == 0;
}

// As usage_user_agent() makes it, without memory of its own: two that are shown alike are one.
class ShownAgent {
 public:
  explicit ShownAgent(std::string_view header) noexcept
      : shown_(header.substr(0, kMaxUsageUserAgentLength)) {
    if (!is_printable(shown_)) {
      std::transform(shown_.begin(), shown_.end(), text_.begin(),
                     [](char c) { return c < ' ' || c > '~' ? '?' : c; });
      shown_ = {text_.data(), shown_.size()};
    }
  }
  ShownAgent(const ShownAgent&) = delete;
  ShownAgent& operator=(const ShownAgent&) = delete;

  [[nodiscard]] std::string_view view() const noexcept { return shown_; }

 private:
  std::string_view shown_;
  std::array<char, kMaxUsageUserAgentLength> text_;  // filled where it has to be
};

// Of one whose agent is as it is shown.
std::size_t hash_of_shown(const UsageClient& client) noexcept {
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

void reset(UsageDelta& delta) noexcept {
  delta.requests = 0;
  delta.bytes_in = 0;
  delta.bytes_out = 0;
  delta.first_activity = Timestamp::max();
  delta.last_activity = Timestamp::min();
}

}  // namespace

UsageTable::UsageTable()
    : memory_(kBuckets * sizeof(std::uint32_t) + 2 * kClients * sizeof(Entry)),
      resource_(memory_.data(), memory_.size(), std::pmr::null_memory_resource()),
      buckets_(kBuckets, kNone, &resource_),
      entries_(&resource_) {
  entries_.reserve(2 * kClients);
}

std::size_t UsageTable::hash_of(const UsageClient& client) noexcept {
  const ShownAgent agent{client.user_agent};
  UsageClient shown = client;
  shown.user_agent = agent.view();
  return hash_of_shown(shown);
}

void UsageTable::prefetch(std::size_t hash) const noexcept {
  fetch_ahead(&buckets_[hash % kBuckets]);
}

void UsageTable::prefetch(const UsagePlace& place) const noexcept {
  if (place.entry != kNone) {
    const auto* entry = reinterpret_cast<const std::byte*>(entries_.data() + place.entry);
    fetch_ahead(entry);
    fetch_ahead(entry + 64);
    fetch_ahead(entry + 128);
  }
}

UsagePlace UsageTable::find_place(std::size_t hash) const noexcept {
  return {hash, buckets_[hash % kBuckets]};
}

bool UsageTable::add(const UsageClient& client, const UsagePlace& place,
                     const UsageAmounts& amounts, Timestamp first, Timestamp last) noexcept {
  const ShownAgent agent{client.user_agent};
  UsageClient shown = client;
  shown.user_agent = agent.view();
  Entry* entry = find_or_make(shown, place);
  if (entry == nullptr) {
    return false;
  }
  sum(entry->delta, amounts, first, last);
  used_ += entry->is_used ? 0 : 1;
  entry->is_used = true;
  return true;
}

auto UsageTable::find_or_make(const UsageClient& client, const UsagePlace& place) noexcept
    -> Entry* {
  if (Entry* known = find(client, place)) {
    return known;
  }
  if (entries_.size() >= kClients) {
    make_room();
  }
  if (entries_.size() < kClients) {
    return make(client, place.hash);
  }
  const UsageClient token{client.token_id, client.user_id, {}, {}};
  const std::size_t token_hash = hash_of_shown(token);
  if (Entry* known = find(token, {token_hash})) {
    return known;
  }
  return entries_.size() < 2 * kClients ? make(token, token_hash) : nullptr;
}

auto UsageTable::find(const UsageClient& client, const UsagePlace& place) noexcept -> Entry* {
  const auto is_its = [&](const Entry& entry) {
    return entry.hash == place.hash && is_of(entry.delta, client);
  };
  if (place.entry < entries_.size() && is_its(entries_[place.entry])) {
    return &entries_[place.entry];
  }
  std::uint32_t at = buckets_[place.hash % kBuckets];
  while (at != kNone && !is_its(entries_[at])) {
    at = entries_[at].next;
  }
  return at == kNone ? nullptr : &entries_[at];
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

// Forgets a client that has used nothing of late, if one is found soon.
void UsageTable::make_room() noexcept {
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    victim_ = victim_ == 0 ? static_cast<std::uint32_t>(entries_.size() - 1) : victim_ - 1;
    if (!entries_[victim_].is_used) {
      remove(victim_);
      return;
    }
  }
}

// There is one. Forgets those that it comes by and that have long been idle.
auto UsageTable::next_used() noexcept -> Entry& {
  for (;;) {
    next_ = (next_ == 0 || next_ > entries_.size() ? static_cast<std::uint32_t>(entries_.size())
                                                   : next_) -
            1;
    Entry& entry = entries_[next_];
    if (entry.is_used) {
      return entry;
    }
    if (++entry.idle > kForgottenAfter) {
      remove(next_);
    }
  }
}

void UsageTable::begin_anew(Entry& entry) noexcept {
  reset(entry.delta);
  entry.is_used = false;
  entry.idle = 0;
  --used_;
}

// The last takes its place.
void UsageTable::remove(std::uint32_t place) noexcept {
  link_to(place) = entries_[place].next;
  const auto last = static_cast<std::uint32_t>(entries_.size() - 1);
  if (place != last) {
    link_to(last) = place;
    entries_[place] = std::move(entries_[last]);
  }
  entries_.pop_back();
}

// What says that the bucket goes on there.
std::uint32_t& UsageTable::link_to(std::uint32_t place) noexcept {
  std::uint32_t* link = &buckets_[entries_[place].hash % kBuckets];
  while (*link != place) {
    link = &entries_[*link].next;
  }
  return *link;
}

}  // namespace zenzefi::gateway
