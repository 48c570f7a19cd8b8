#include "app/tokens/check_token.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace zenzefi::app {
namespace {

using Found = std::optional<AccessTokenStore::OwnedToken>;

}  // namespace

domain::Result<CheckToken::Output> CheckToken::run(const TokenHash& hash) {
  std::optional<domain::Result<Output>> answered;
  run({&hash, 1}, [&](std::size_t /*place*/, domain::Result<Output> output) {
    answered.emplace(std::move(output));
  });
  return *std::move(answered);
}

void CheckToken::run(std::span<const TokenHash> hashes, const Answer& answer) {
  if (hashes.empty()) {
    return;
  }
  const auto all = database_.read([&](const Transaction& transaction) {
    return domain::Result<std::vector<Found>>{transaction.tokens().find_all(hashes)};
  });
  const Timestamp now = clock_.now();
  std::vector<std::size_t> in_use;
  std::vector<GrantCache::Record> grants;  // of these
  std::vector<std::size_t> unused;
  for (std::size_t place = 0; place < hashes.size(); ++place) {
    if (!all) {
      answer(place, tl::unexpected{all.error()});
    } else if (const auto refusal = refusal_at(now, (*all)[place])) {
      answer(place, *refusal);
    } else if ((*all)[place]->token.activated_at) {
      in_use.push_back(place);
      grants.push_back({hashes[place], (*all)[place]->token.grant()});
    } else {
      unused.push_back(place);
    }
  }
  if (!grants.empty()) {
    // A grant holds whether or not Redis has heard of it.
    static_cast<void>(cache_.put_all_if_absent(grants));
  }
  for (std::size_t i = 0; i < in_use.size(); ++i) {
    answer(in_use[i], grants[i].grant);
  }
  for (const std::size_t place : unused) {
    answer(place, first_use(hashes[place], (*all)[place]->token.id));
  }
}

domain::Result<CheckToken::Output> CheckToken::first_use(const TokenHash& hash,
                                                         const Uuid& token_id) {
  auto output = activate(hash, token_id);
  if (const auto* const grant = output ? std::get_if<Grant>(&*output) : nullptr) {
    static_cast<void>(cache_.put_if_absent(hash, *grant));
  }
  return output;
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
