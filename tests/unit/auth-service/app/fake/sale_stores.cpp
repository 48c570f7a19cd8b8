#include "fake/sale_stores.hpp"

#include <algorithm>
#include <iterator>

#include "domain/validation.hpp"
#include "fake/newest_first.hpp"

namespace zenzefi::test {

std::vector<std::optional<app::AccessTokenStore::OwnedToken>> FakeAccessTokenStore::find_all(
    std::span<const TokenHash> hashes) const {
  ++round_trips_;
  std::vector<std::optional<OwnedToken>> out;
  for (const TokenHash& hash : hashes) {
    const auto token = std::ranges::find(state_.tokens, hash, &domain::AccessToken::hash);
    out.push_back(
        token == state_.tokens.end()
            ? std::nullopt
            : std::optional<OwnedToken>{{*token, state_.users.at(token->user_id).is_active}});
  }
  return out;
}

domain::Page<domain::AccessToken> FakeAccessTokenStore::list(
    const Uuid& user_id, std::optional<Timestamp> usable_at,
    const domain::PageRequest& page) const {
  return newest_first(state_.tokens, page, [&](const domain::AccessToken& token) {
    return token.user_id == user_id && (!usable_at || token.usable_at(*usable_at));
  });
}

domain::Page<domain::AccessToken> FakeAccessTokenStore::search(
    const Filter& filter, const domain::PageRequest& page) const {
  return newest_first(state_.tokens, page, [&](const domain::AccessToken& token) {
    return (!filter.user_id || token.user_id == filter.user_id) &&
           (!filter.status || token.status_at(filter.now) == filter.status);
  });
}

std::optional<Uuid> FakeAccessTokenStore::find_owner(const Uuid& id) const {
  const auto token = std::ranges::find(state_.tokens, id, &domain::AccessToken::id);
  return token == state_.tokens.end() ? std::nullopt : std::optional{token->user_id};
}

std::vector<app::RevokedToken> FakeAccessTokenStore::list_revoked(Timestamp now) const {
  std::vector<domain::AccessToken> revoked;
  std::ranges::copy_if(state_.tokens, std::back_inserter(revoked), [&](const auto& token) {
    return token.revoked_at && token.activated_at && *token.expires_at() > now;
  });
  std::ranges::sort(revoked, std::ranges::greater{}, &domain::AccessToken::revoked_at);
  std::vector<app::RevokedToken> out;
  std::ranges::transform(revoked, std::back_inserter(out), [](const auto& token) {
    return app::RevokedToken{token.hash, *token.expires_at()};
  });
  return out;
}

std::vector<domain::AccessToken> FakeAccessTokenStore::lock_usable(const Uuid& user_id,
                                                                   Timestamp now) {
  std::vector<domain::AccessToken> usable;
  std::ranges::copy_if(state_.tokens, std::back_inserter(usable), [&](const auto& token) {
    return token.user_id == user_id && token.usable_at(now);
  });
  std::ranges::sort(usable, {}, [](const auto& token) { return token.id.bytes; });
  return usable;
}

std::optional<domain::AccessToken> FakeAccessTokenStore::lock(const Uuid& id, const Uuid& user_id) {
  const auto token = std::ranges::find(state_.tokens, id, &domain::AccessToken::id);
  if (token == state_.tokens.end() || token->user_id != user_id) {
    return std::nullopt;
  }
  return *token;
}

domain::AccessToken FakeAccessTokenStore::insert(const NewAccessToken& token) {
  state_.tokens.push_back({token.id, token.user_id, token.hash, token.sealed, token.duration_hours,
                           token.price_paid, now_, std::nullopt, std::nullopt});
  return state_.tokens.back();
}

bool FakeAccessTokenStore::activate(const Uuid& id, Timestamp now) {
  ++round_trips_;
  domain::AccessToken& token = get(id);
  if (token.activated_at || token.revoked_at) {
    return false;
  }
  token.activated_at = now;
  return true;
}

void FakeAccessTokenStore::mark_revoked(std::span<const Uuid> ids, Timestamp now) {
  for (const Uuid& id : ids) {
    get(id).revoked_at = now;
  }
}

void FakeAccessTokenStore::extend(const Extension& extension, domain::Money price) {
  domain::AccessToken& token = get(extension.token_id);
  token.duration_hours = extension.duration_hours;
  token.price_paid = token.price_paid + price;
  state_.extensions.push_back(extension);
}

std::optional<app::AccessTokenStore::Extension> FakeAccessTokenStore::find_extension(
    const Uuid& transaction_id) const {
  const auto found =
      std::ranges::find(state_.extensions, transaction_id, &Extension::transaction_id);
  return found == state_.extensions.end() ? std::nullopt : std::optional{*found};
}

domain::AccessToken& FakeAccessTokenStore::get(const Uuid& id) {
  return *std::ranges::find(state_.tokens, id, &domain::AccessToken::id);
}

domain::LedgerEntry FakeLedger::book(const NewEntry& entry) {
  domain::User& user = state_.users.at(entry.user_id);
  const domain::Money balance = user.currency_balance + entry.amount;
  if (balance < domain::Money{} || balance > domain::kMaxBalance || find(entry.id)) {
    throw ConstraintViolation{{domain::ErrorCode::kInternal, "constraint"}};
  }
  user.currency_balance = balance;
  state_.ledger.push_back({entry.id, entry.user_id, entry.amount, entry.transaction_type,
                           entry.description, balance, entry.token_id, now_});
  return state_.ledger.back();
}

domain::Money FakeLedger::book_refunds(const Uuid& user_id, const std::string& description,
                                       std::span<const Refund> refunds) {
  for (const Refund& refund : refunds) {
    book({refund.id, user_id, refund.amount, domain::TransactionType::kRefund, description,
          refund.token_id});
  }
  return state_.users.at(user_id).currency_balance;
}

std::optional<domain::LedgerEntry> FakeLedger::find(const Uuid& id) const {
  const auto entry = std::ranges::find(state_.ledger, id, &domain::LedgerEntry::id);
  return entry == state_.ledger.end() ? std::nullopt : std::optional{*entry};
}

domain::Page<domain::LedgerEntry> FakeLedger::list(const Uuid& user_id,
                                                   const domain::PageRequest& page) const {
  return newest_first(state_.ledger, page,
                      [&](const domain::LedgerEntry& entry) { return entry.user_id == user_id; });
}

std::vector<app::PendingInvalidation> FakeOutbox::add(std::span<const TokenHash> hashes) {
  std::vector<app::PendingInvalidation> added;
  for (const TokenHash& hash : hashes) {
    added.push_back({state_.next_outbox_id++, hash, {}});
  }
  state_.outbox.insert(state_.outbox.end(), added.begin(), added.end());
  return added;
}

std::vector<app::PendingInvalidation> FakeOutbox::lock_oldest(std::size_t limit) {
  const std::size_t count = std::min(limit, state_.outbox.size());
  return {state_.outbox.begin(), state_.outbox.begin() + static_cast<std::ptrdiff_t>(count)};
}

bool FakeOutbox::holds_older_than(std::chrono::milliseconds /*age*/) const {
  return state_.outbox_is_overdue;
}

void FakeOutbox::remove(std::span<const std::int64_t> ids) {
  std::erase_if(state_.outbox, [&](const app::PendingInvalidation& pending) {
    return std::ranges::find(ids, pending.id) != ids.end();
  });
}

std::optional<app::IdempotentPurchase> FakeIdempotencyStore::claim(
    const app::IdempotencyScope& scope, const app::IdempotentPurchase& purchase, Timestamp now) {
  std::erase_if(state_.idempotency_keys, [&](const StoredKey& stored) {
    return stored.scope.user_id == scope.user_id &&
           now >= stored.taken_at + app::kIdempotencyKeyLifetime;
  });
  const auto stored = std::ranges::find_if(state_.idempotency_keys, [&](const StoredKey& other) {
    return other.scope.user_id == scope.user_id && other.scope.call == scope.call &&
           other.scope.key == scope.key;
  });
  if (stored != state_.idempotency_keys.end()) {
    return stored->purchase;
  }
  state_.idempotency_keys.push_back({scope, purchase, now});
  return std::nullopt;
}

}  // namespace zenzefi::test
