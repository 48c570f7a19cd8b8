#include "app/tokens/check_token.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace zenzefi::app {
namespace {

using Found = std::optional<AccessTokenStore::OwnedToken>;

// Empty for a token whose first use this would be.
std::optional<CheckToken::Output> output_at(Timestamp now, const Found& found) {
  if (const auto refusal = refusal_at(now, found)) {
    return *refusal;
  }
  if (!found->token.activated_at) {
    return std::nullopt;
  }
  return found->token.grant();
}

}  // namespace

domain::Result<CheckToken::Output> CheckToken::run(const TokenHash& hash) {
  const auto found = database_.read([&](const Transaction& transaction) -> domain::Result<Found> {
    return transaction.tokens().find(hash);
  });
  if (!found) {
    return tl::unexpected{found.error()};
  }
  const auto known = output_at(clock_.now(), *found);
  auto output = known ? *known : activate(hash, (*found)->token.id);
  if (const auto* const grant = output ? std::get_if<Grant>(&*output) : nullptr) {
    // The grant holds whether or not Redis has heard of it.
    static_cast<void>(cache_.put_if_absent(hash, *grant));
  }
  return output;
}

void CheckToken::run_in_use(std::span<const TokenHash> hashes, const Answer& answer) {
  if (hashes.empty()) {
    return;
  }
  const auto all = database_.read([&](const Transaction& transaction) {
    return domain::Result<std::vector<Found>>{transaction.tokens().find_all(hashes)};
  });
  const Timestamp now = clock_.now();
  std::vector<std::size_t> places;
  std::vector<GrantCache::HashedGrant> grants;  // of these
  for (std::size_t place = 0; place < hashes.size(); ++place) {
    if (!all) {
      answer(place, tl::unexpected{all.error()});
    } else if (const auto output = output_at(now, (*all)[place])) {
      if (const auto* const grant = std::get_if<Grant>(&*output)) {
        places.push_back(place);
        grants.push_back({hashes[place], *grant});
      } else {
        answer(place, *output);
      }
    }
  }
  if (!grants.empty()) {
    static_cast<void>(cache_.put_all_if_absent(grants));
  }
  for (std::size_t i = 0; i < grants.size(); ++i) {
    answer(places[i], grants[i].grant);
  }
}

domain::Result<CheckToken::Output> CheckToken::activate(const TokenHash& hash,
                                                        const Uuid& token_id) {
  return database_.run([&](Transaction& transaction) -> domain::Result<Output> {
    const Timestamp now = clock_.now();
    const bool activated = transaction.tokens().activate(token_id, now);
    // Read again whoever activated it: another request may have been first, or a revocation.
    const Found found = transaction.tokens().find(hash);
    if (const auto refusal = refusal_at(now, found)) {
      return *refusal;
    }
    if (!found->token.activated_at) {
      return domain::fail(domain::ErrorCode::kInternal, "a usable token did not activate");
    }
    if (activated) {
      transaction.audit().append({.action = domain::AuditAction::kTokenActivated,
                                  .account_id = found->token.user_id,
                                  .actor_id = found->token.user_id,
                                  .target_type = domain::AuditTarget::kToken,
                                  .target_id = token_id});
    }
    return found->token.grant();
  });
}

}  // namespace zenzefi::app
