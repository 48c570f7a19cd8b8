// Sessions through nginx in PostgreSQL.
#pragma once

#include "app/store/proxy_session_store.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresProxySessionStore final : public app::ProxySessionStore {
 public:
  explicit PostgresProxySessionStore(Session& session) : session_(session) {}

  void lock() override;
  bool take_batch(const Uuid& writer, std::uint64_t sequence, Timestamp now) override;
  std::vector<domain::ProxySession> add(std::span<const UsageDelta> deltas, Timestamp now) override;
  std::size_t end_finished(Timestamp now) override;
  std::size_t forget_batches(Timestamp before) override;
  [[nodiscard]] std::optional<domain::ProxySession> latest_of(const Uuid& token_id) const override;
  [[nodiscard]] domain::Page<LiveSession> list_live(const domain::PageRequest& page) const override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
