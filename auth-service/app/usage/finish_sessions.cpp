#include "app/usage/finish_sessions.hpp"

#include <algorithm>

namespace zenzefi::app {

domain::Result<std::size_t> FinishSessions::run() {
  const auto oldest = queue_.oldest();
  if (!oldest) {
    return tl::unexpected{oldest.error()};
  }
  return database_.run([&](Transaction& transaction) -> domain::Result<std::size_t> {
    ProxySessionStore& store = transaction.proxy_sessions();
    store.lock();
    const Timestamp now = clock_.now();
    store.forget_batches(std::min(now, oldest->value_or(now)) - kUsageBatchMemory);
    return store.end_finished(now);
  });
}

}  // namespace zenzefi::app
