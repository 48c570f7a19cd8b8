#include "app/tokens/deliver_invalidations.hpp"

#include <vector>

#include "app/tokens/refusal.hpp"

namespace zenzefi::app {

domain::Result<std::size_t> DeliverInvalidations::run() {
  // Redis is asked within the transaction, the one place where that is right: the rows stay held,
  // so that instances share them out, and a record delivered twice changes nothing.
  return database_.run([&](Transaction& transaction) -> domain::Result<std::size_t> {
    std::vector<std::int64_t> confirmed;
    for (const PendingInvalidation& pending : transaction.outbox().lock_oldest(kBatch)) {
      if (auto delivered = deliver(transaction, pending.hash); delivered) {
        confirmed.push_back(pending.id);
      } else if (confirmed.empty()) {
        return tl::unexpected{std::move(delivered.error())};
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

domain::Result<void> DeliverInvalidations::deliver(const Transaction& transaction,
                                                   const TokenHash& hash) {
  const auto found = transaction.tokens().find(hash);
  if (refusal_at(clock_.now(), found)) {
    return cache_.put_tombstone(hash);
  }
  if (!found->token.activated_at) {
    return {};
  }
  return cache_.put_extended(hash, found->token.grant());
}

}  // namespace zenzefi::app
