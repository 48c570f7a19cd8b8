// One movement of credits. The sum of a user's entries is the user's balance, always.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::domain {

enum class TransactionType { kDeposit, kPurchase, kRefund, kAdjustment };

// "deposit", "purchase", "refund", "adjustment".
[[nodiscard]] std::string_view to_string(TransactionType type) noexcept;
[[nodiscard]] std::optional<TransactionType> parse_transaction_type(std::string_view text) noexcept;

struct LedgerEntry {
  Uuid id;
  Uuid user_id;
  Money amount;  // negative for a purchase
  TransactionType transaction_type = TransactionType::kAdjustment;
  std::string description;
  Money balance_after;
  std::optional<Uuid> token_id;
  Timestamp created_at;
};

}  // namespace zenzefi::domain
