#include "app/usage/finish_sessions.hpp"

namespace zenzefi::app {

domain::Result<std::size_t> FinishSessions::run() {
  return database_.run([&](Transaction& transaction) -> domain::Result<std::size_t> {
    ProxySessionStore& store = transaction.proxy_sessions();
    store.lock();
    const Timestamp now = clock_.now();
    store.forget_batches(now - kUsageBatchMemory);
    return store.end_finished(now);
  });
}

}  // namespace zenzefi::app
