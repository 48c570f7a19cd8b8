// Access tokens, the ledger, the outbox and Idempotency-Keys in memory.
#pragma once

#include "app/store/access_token_store.hpp"
#include "app/store/idempotency_store.hpp"
#include "app/store/ledger.hpp"
#include "app/store/outbox.hpp"
#include "fake/state.hpp"

namespace zenzefi::test {

class FakeAccessTokenStore final : public app::AccessTokenStore {
 public:
  FakeAccessTokenStore(State& state, Timestamp now, std::size_t& round_trips)
      : state_(state), now_(now), round_trips_(round_trips) {}

  [[nodiscard]] std::vector<std::optional<OwnedToken>> find_all(
      std::span<const TokenHash> hashes) const override;
  [[nodiscard]] domain::Page<domain::AccessToken> list(
      const Uuid& user_id, std::optional<Timestamp> usable_at,
      const domain::PageRequest& page) const override;
  [[nodiscard]] domain::Page<domain::AccessToken> search(
      const Filter& filter, const domain::PageRequest& page) const override;
  [[nodiscard]] std::optional<Uuid> find_owner(const Uuid& id) const override;
  [[nodiscard]] std::vector<app::RevokedToken> list_revoked(Timestamp now) const override;
  [[nodiscard]] std::vector<domain::AccessToken> lock_usable(const Uuid& user_id,
                                                             Timestamp now) override;
  [[nodiscard]] std::optional<domain::AccessToken> lock(const Uuid& id,
                                                        const Uuid& user_id) override;
  domain::AccessToken insert(const NewAccessToken& token) override;
  bool activate(const Uuid& id, Timestamp now) override;
  void mark_revoked(std::span<const Uuid> ids, Timestamp now) override;
  void extend(const Extension& extension, domain::Money price) override;
  [[nodiscard]] std::optional<Extension> find_extension(const Uuid& transaction_id) const override;

 private:
  domain::AccessToken& get(const Uuid& id);

  State& state_;
  Timestamp now_;
  std::size_t& round_trips_;
};

class FakeLedger final : public app::Ledger {
 public:
  FakeLedger(State& state, Timestamp now) : state_(state), now_(now) {}

  domain::LedgerEntry book(const NewEntry& entry) override;
  domain::Money book_refunds(const Uuid& user_id, const std::string& description,
                             std::span<const Refund> refunds) override;
  [[nodiscard]] std::optional<domain::LedgerEntry> find(const Uuid& id) const override;
  [[nodiscard]] domain::Page<domain::LedgerEntry> list(
      const Uuid& user_id, const domain::PageRequest& page) const override;

 private:
  State& state_;
  Timestamp now_;
};

class FakeOutbox final : public app::Outbox {
 public:
  explicit FakeOutbox(State& state) : state_(state) {}

  std::vector<app::PendingInvalidation> add(std::span<const TokenHash> hashes) override;
  [[nodiscard]] std::vector<app::PendingInvalidation> lock_oldest(std::size_t limit) override;
  [[nodiscard]] bool holds_older_than(std::chrono::milliseconds age) const override;
  void remove(std::span<const std::int64_t> ids) override;

 private:
  State& state_;
};

class FakeIdempotencyStore final : public app::IdempotencyStore {
 public:
  explicit FakeIdempotencyStore(State& state) : state_(state) {}

  [[nodiscard]] std::optional<app::IdempotentPurchase> claim(
      const app::IdempotencyScope& scope, const app::IdempotentPurchase& purchase,
      Timestamp now) override;

 private:
  State& state_;
};

}  // namespace zenzefi::test
