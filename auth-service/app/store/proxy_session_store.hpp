// Sessions through nginx, and the usage they are made of, within one transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/page.hpp"
#include "domain/proxy_session.hpp"
#include "shared/usage.hpp"

namespace zenzefi::app {

class ProxySessionStore {
 public:
  ProxySessionStore() = default;
  ProxySessionStore(const ProxySessionStore&) = delete;
  ProxySessionStore& operator=(const ProxySessionStore&) = delete;
  virtual ~ProxySessionStore() = default;

  // Waits until no other transaction holds it. Whoever writes here holds it, until its end.
  virtual void lock() = 0;

  // Notes that the batch is counted; false when it was before.
  virtual bool take_batch(const Uuid& writer, std::uint64_t sequence, Timestamp now) = 0;

  // Adds each delta to the latest session it belongs to, or begins one; returns those sessions. A
  // delta of an unknown token is dropped; whose token it is, the token says. Requires at most
  // kMaxUsageDeltas, no two of one token, address and user agent.
  virtual std::vector<domain::ProxySession> add(std::span<const UsageDelta> deltas,
                                                Timestamp now) = 0;

  // Ends the sessions that were silent for kProxySessionIdle, or whose token lets nobody pass any
  // more. Their number.
  virtual std::size_t end_finished(Timestamp now) = 0;

  // Forgets that batches were counted, those from before that time.
  virtual std::size_t forget_batches(Timestamp before) = 0;

  // The one with the latest activity.
  [[nodiscard]] virtual std::optional<domain::ProxySession> latest_of(
      const Uuid& token_id) const = 0;

  struct LiveSession {
    domain::ProxySession session;
    std::string username;
  };
  // Those that have not ended, the newest first.
  [[nodiscard]] virtual domain::Page<LiveSession> list_live(
      const domain::PageRequest& page) const = 0;
};

}  // namespace zenzefi::app
