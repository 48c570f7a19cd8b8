#include "app/tokens/deliver_invalidations.hpp"

#include <span>
#include <vector>

#include "app/tokens/refusal.hpp"

namespace zenzefi::app {
namespace {

constexpr std::chrono::hours kLongestDuration{domain::kMaxDurationHours};

}  // namespace

domain::Result<DeliverInvalidations::Output> DeliverInvalidations::run() {
  // Redis is asked within the transaction, the one place where that is right: the rows stay held,
  // so that instances share them out, and a record delivered twice changes nothing.
  return database_.run([&](Transaction& transaction) -> domain::Result<Output> {
    bool refused = false;
    std::vector<std::int64_t> confirmed;
    for (const PendingInvalidation& pending : transaction.outbox().lock_oldest(kBatch)) {
      if (auto delivered = deliver(transaction, pending); delivered) {
        confirmed.push_back(pending.id);
      } else if (confirmed.empty()) {
        return tl::unexpected{std::move(delivered.error())};
      } else {
        refused = true;
        break;
      }
    }
    if (!confirmed.empty()) {
      transaction.outbox().remove(confirmed);
    }
    return Output{confirmed.size(), !refused && !transaction.outbox().holds_older_than(kOverdue)};
  });
}

domain::Result<void> DeliverInvalidations::deliver(const Transaction& transaction,
                                                   const PendingInvalidation& pending) {
  const auto found = transaction.tokens().find(pending.hash);
  const Timestamp now = clock_.now();
  if (refusal_at(now, found)) {
    const RevokedToken revoked{
        pending.hash, found ? found->token.latest_end(now) : now + kLongestDuration, pending.since};
    return cache_.put_tombstones(std::span{&revoked, 1});
  }
  if (!found->token.activated_at) {
    return {};
  }
  return cache_.put_extended(pending.hash, found->token.grant());
}

}  // namespace zenzefi::app
