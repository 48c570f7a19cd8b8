#include "domain/ledger_entry.hpp"

#include <gtest/gtest.h>

namespace zenzefi::domain {
namespace {

TEST(TransactionType, NamesReadBack) {
  for (const auto type : {TransactionType::kDeposit, TransactionType::kPurchase,
                          TransactionType::kRefund, TransactionType::kAdjustment}) {
    EXPECT_EQ(parse_transaction_type(to_string(type)), type);
  }
}

TEST(TransactionType, OtherNamesAreRefused) {
  EXPECT_FALSE(parse_transaction_type(""));
  EXPECT_FALSE(parse_transaction_type("Deposit"));
  EXPECT_FALSE(parse_transaction_type("withdrawal"));
}

}  // namespace
}  // namespace zenzefi::domain
