// Payments for credits and what became of them, within one transaction.
#pragma once

#include <optional>
#include <string>

#include "domain/money.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

enum class PaymentStatus {
  kPending,   // asked for; whether the money was taken, nobody has said yet
  kBooked,    // taken, and credited
  kHeld,      // taken, and not credited: to be given back
  kRefunded,  // given back
};

struct PaymentKey {
  std::string provider;
  std::string reference;
};

class PaymentStore {
 public:
  PaymentStore() = default;
  PaymentStore(const PaymentStore&) = delete;
  PaymentStore& operator=(const PaymentStore&) = delete;
  virtual ~PaymentStore() = default;

  struct NewPayment {
    PaymentKey key;
    std::optional<Uuid> user_id;
    std::string paid;
    std::optional<domain::Money> credits;
  };
  // As kPending. False, and without effect, when it is there already; waits for a transaction under
  // way that inserts the same one.
  virtual bool insert(const NewPayment& payment) = 0;

  // Holds the row until the transaction ends.
  [[nodiscard]] virtual std::optional<PaymentStatus> lock(const PaymentKey& key) = 0;

  // From kPending, or from kHeld to kRefunded. Each requires lock() or insert() in the same
  // transaction.
  virtual void set_booked(const PaymentKey& key, const Uuid& transaction_id) = 0;
  virtual void set_held(const PaymentKey& key, const std::string& reason) = 0;
  virtual void set_refunded(const PaymentKey& key) = 0;

  // For a charge that took nothing.
  virtual void remove_pending(const PaymentKey& key) = 0;
};

}  // namespace zenzefi::app
