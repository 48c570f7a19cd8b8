#include "app/tokens/deliver_invalidations.hpp"

#include <vector>

namespace zenzefi::app {

domain::Result<std::size_t> DeliverInvalidations::run() {
  // Redis is asked within the transaction, the one place where that is right: the rows stay held,
  // so that instances share them out, and a tombstone delivered twice changes nothing.
  return database_.run([&](Transaction& transaction) -> domain::Result<std::size_t> {
    std::vector<std::int64_t> confirmed;
    for (const PendingInvalidation& pending : transaction.outbox().lock_oldest(kBatch)) {
      if (auto put = cache_.put_tombstone(pending.hash); put) {
        confirmed.push_back(pending.id);
      } else if (confirmed.empty()) {
        return tl::unexpected{std::move(put.error())};
      } else {
        break;
      }
    }
    if (!confirmed.empty()) {
      transaction.outbox().remove(confirmed);
    }
    return confirmed.size();
  });
}

}  // namespace zenzefi::app
