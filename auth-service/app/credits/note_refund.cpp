#include "app/credits/note_refund.hpp"

#include "app/credits/payment_record.hpp"

namespace zenzefi::app {

domain::Result<void> NoteRefund::run(const PaymentKey& key) {
  return database_
      .run([&](Transaction& transaction) -> domain::Result<bool> {
        const auto status = transaction.payments().lock(key);
        if (!status) {
          return domain::fail(domain::ErrorCode::kNotFound, "There is no such payment");
        }
        if (*status != PaymentStatus::kHeld && *status != PaymentStatus::kPending) {
          return domain::fail(domain::ErrorCode::kConflict,
                              *status == PaymentStatus::kBooked
                                  ? "The payment was credited to its account"
                                  : "The payment was given back before");
        }
        note_refund(transaction, key, std::nullopt);
        return true;
      })
      .map([](bool /*noted*/) {});
}

}  // namespace zenzefi::app
