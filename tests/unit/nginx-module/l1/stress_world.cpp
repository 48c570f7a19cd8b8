#include "stress_world.hpp"

#include <cstring>

namespace zenzefi::gateway::test {
namespace {

constexpr Timestamp kNow = at_second(1'700'000'000);

// Names its owner and version in full, in every word.
Grant grant_for(std::uint64_t token, std::uint64_t version) {
  const std::array<std::uint64_t, 2> user{token, ~token};
  const std::array<std::uint64_t, 2> id{version, token ^ (version << 20)};
  Grant grant;
  std::memcpy(grant.user_id.bytes.data(), user.data(), sizeof user);
  std::memcpy(grant.token_id.bytes.data(), id.data(), sizeof id);
  grant.expires_at = kNow + std::chrono::seconds{1 + version};
  grant.duration_hours = static_cast<std::uint32_t>(version);
  return grant;
}

std::uint64_t version_of(const Grant& grant) {
  std::uint64_t version = 0;
  std::memcpy(&version, grant.token_id.bytes.data(), sizeof version);
  return version;
}

void raise(std::atomic<std::uint64_t>& word, std::uint64_t to) {
  std::uint64_t current = word;
  while (current < to && !word.compare_exchange_weak(current, to)) {
  }
}

}  // namespace

StressWorld::StressWorld() {
  for (std::size_t i = 0; i < kTokens; ++i) {
    hashes_[i] = hash_of(i);
  }
}

void StressWorld::step(std::mt19937& random) {
  const auto number = static_cast<std::uint32_t>(random());
  const std::size_t token = number % kTokens;
  const std::uint32_t kind = (number >> 8) % 16;
  if (kind < 8) {
    look(token);
  } else if (kind < 14) {
    fill(token, (number >> 16) % 64);
  } else {
    change(token);
  }
  truth_->steps.fetch_add(1, std::memory_order_relaxed);
}

Moment StressWorld::moment() const noexcept {
  // Seconds of use pass, so that the order of use changes.
  return at_ms(static_cast<std::int64_t>(1000 + truth_->steps.load(std::memory_order_relaxed)));
}

void StressWorld::look(std::size_t token) {
  const std::uint64_t oldest = truth_->tokens[token].dropped;
  const auto finding = cache_.find(hashes_[token], kNow, moment());
  check(token, finding, oldest);
}

void StressWorld::check(std::size_t token, const Finding& finding, std::uint64_t oldest) {
  const std::uint64_t newest = truth_->tokens[token].version;
  if (finding.kind == Finding::Kind::kMiss) {
    return;
  }
  truth_->hits.fetch_add(1, std::memory_order_relaxed);
  if (finding.kind == Finding::Kind::kRefused) {
    const bool was_ever_refused = oldest < newest || newest % 2 == 1;
    truth_->after_drop += was_ever_refused ? 0 : 1;
    return;
  }
  const std::uint64_t version = version_of(finding.grant);
  truth_->wrong_owner += finding.grant == grant_for(token, version) ? 0 : 1;
  truth_->after_drop += version >= oldest && version <= newest && version % 2 == 0 ? 0 : 1;
}

void StressWorld::fill(std::size_t token, std::uint32_t pause) {
  const TokenHash& hash = hashes_[token];
  const auto ticket = cache_.begin(hash, moment());
  const std::uint64_t version = truth_->tokens[token].version;
  // The answer is under way for a while.
  for (std::uint32_t i = 0; i < pause; ++i) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  if (version % 2 == 0) {
    cache_.put_grant(hash, grant_for(token, version), ticket, kNow, moment());
  } else {
    const auto until = moment() + std::chrono::hours{1};
    cache_.put_refusal(hash, RefusalReason::kRevoked, ticket, until, moment());
  }
}

void StressWorld::change(std::size_t token) {
  const std::uint64_t version = ++truth_->tokens[token].version;
  cache_.drop(hashes_[token], kNow, moment());
  raise(truth_->tokens[token].dropped, version);
}

std::size_t StressWorld::usable_slots() {
  // More writes than a slot of a killed writer is left alone for, then many tokens.
  constexpr std::uint64_t kWrites = 20'000;
  const auto later = moment() + std::chrono::hours{1};
  for (std::uint64_t i = 0; i < kWrites; ++i) {
    const auto hash = hash_of(kTokens + i % 1000);
    cache_.put_grant(hash, grant_for(i, 0), cache_.begin(hash, later), kNow, later);
  }
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto finding = cache_.find(hash_of(kTokens + i), kNow, later);
    found += finding.kind == Finding::Kind::kGranted ? 1 : 0;
  }
  return found;
}

}  // namespace zenzefi::gateway::test
