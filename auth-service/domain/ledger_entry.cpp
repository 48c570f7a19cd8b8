#include "domain/ledger_entry.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace zenzefi::domain {
namespace {

constexpr std::array<std::pair<TransactionType, std::string_view>, 4> kNames{{
    {TransactionType::kDeposit, "deposit"},
    {TransactionType::kPurchase, "purchase"},
    {TransactionType::kRefund, "refund"},
    {TransactionType::kAdjustment, "adjustment"},
}};

}  // namespace

std::string_view to_string(TransactionType type) noexcept {
  const auto* const name = std::ranges::find(kNames, type, &decltype(kNames)::value_type::first);
  return name->second;
}

std::optional<TransactionType> parse_transaction_type(std::string_view text) noexcept {
  const auto* const name = std::ranges::find(kNames, text, &decltype(kNames)::value_type::second);
  if (name == kNames.end()) {
    return std::nullopt;
  }
  return name->first;
}

}  // namespace zenzefi::domain
