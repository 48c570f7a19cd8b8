// Purchases that came with an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), within
// one transaction. A key leads to the ledger entry its purchase made: append-only, so the first
// answer can be given again word for word, and no answer with a secret in it is kept.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

inline constexpr std::chrono::hours kIdempotencyKeyLifetime{24};

enum class IdempotentCall { kPurchaseToken, kPurchaseCredits, kExtendToken, kCreditAccount };

[[nodiscard]] constexpr std::string_view to_string(IdempotentCall call) {
  switch (call) {
    case IdempotentCall::kPurchaseToken:
      return "tokens/purchase";
    case IdempotentCall::kExtendToken:
      return "tokens/extend";
    case IdempotentCall::kCreditAccount:
      return "admin/credit";
    case IdempotentCall::kPurchaseCredits:
      break;
  }
  return "currency/purchase";
}

// One user's key for one call is nobody else's, and no other call's.
struct IdempotencyScope {
  Uuid user_id;
  IdempotentCall call = IdempotentCall::kPurchaseToken;
  std::string key;  // 1 to domain::kMaxIdempotencyKeyLength printable ASCII characters
};

struct IdempotentPurchase {
  std::string fingerprint;  // of the request: 64 hexadecimal digits
  Uuid transaction_id;      // the ledger entry
};

class IdempotencyStore {
 public:
  IdempotencyStore() = default;
  IdempotencyStore(const IdempotencyStore&) = delete;
  IdempotencyStore& operator=(const IdempotencyStore&) = delete;
  virtual ~IdempotencyStore() = default;

  // Takes the key for `purchase`: empty when it was free or was taken kIdempotencyKeyLifetime or
  // longer before `now`, else the purchase that has it.
  // Waits for a transaction under way that took it: if that commits, its purchase is returned.
  // Forgets the user's expired keys on the way.
  [[nodiscard]] virtual std::optional<IdempotentPurchase> claim(const IdempotencyScope& scope,
                                                                const IdempotentPurchase& purchase,
                                                                Timestamp now) = 0;
};

}  // namespace zenzefi::app
