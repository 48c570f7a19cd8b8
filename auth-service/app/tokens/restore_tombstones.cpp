#include "app/tokens/restore_tombstones.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace zenzefi::app {

domain::Result<std::size_t> RestoreTombstones::run() {
  auto incarnation = cache_.incarnation();
  if (!incarnation) {
    return tl::unexpected{std::move(incarnation.error())};
  }
  if (*incarnation == restored_) {
    return 0;
  }
  // Whatever is revoked after this query finds the new Redis by itself.
  using Tokens = std::vector<RevokedToken>;
  const auto revoked =
      database_.read([&](const Transaction& transaction) -> domain::Result<Tokens> {
        return transaction.tokens().list_revoked(clock_.now());
      });
  if (!revoked) {
    return tl::unexpected{revoked.error()};
  }
  for (std::span<const RevokedToken> left{*revoked}; !left.empty();) {
    const auto batch = left.first(std::min(left.size(), kBatch));
    if (auto put = cache_.put_tombstones(batch); !put) {
      return tl::unexpected{std::move(put.error())};
    }
    left = left.subspan(batch.size());
  }
  // Should it have been restarted meanwhile, the next run() sees a name that is not this one.
  restored_ = *std::move(incarnation);
  return revoked->size();
}

}  // namespace zenzefi::app
