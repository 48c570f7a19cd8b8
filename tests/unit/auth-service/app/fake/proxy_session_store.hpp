// Sessions through nginx in memory.
#pragma once

#include "app/store/proxy_session_store.hpp"
#include "fake/state.hpp"

namespace zenzefi::test {

class FakeProxySessionStore final : public app::ProxySessionStore {
 public:
  explicit FakeProxySessionStore(State& state) : state_(state) {}

  void lock() override {}
  bool take_batch(const Uuid& writer, std::uint64_t sequence, Timestamp now) override;
  std::vector<domain::ProxySession> add(std::span<const UsageDelta> deltas, Timestamp now) override;
  std::size_t end_finished(Timestamp now) override;
  std::size_t forget_batches(Timestamp before) override;
  [[nodiscard]] std::optional<domain::ProxySession> latest_of(const Uuid& token_id) const override;
  [[nodiscard]] domain::Page<LiveSession> list_live(const domain::PageRequest& page) const override;

 private:
  [[nodiscard]] const domain::AccessToken* token(const Uuid& id) const;
  domain::ProxySession& session_for(const UsageDelta& delta, Timestamp begins);

  State& state_;
};

}  // namespace zenzefi::test
