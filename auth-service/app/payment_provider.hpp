// Whoever takes real money for credits.
#pragma once

#include <string>

#include "domain/error.hpp"
#include "domain/money.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

// Thread-safe.
class PaymentProvider {
 public:
  PaymentProvider() = default;
  PaymentProvider(const PaymentProvider&) = delete;
  PaymentProvider& operator=(const PaymentProvider&) = delete;
  virtual ~PaymentProvider() = default;

  // `reference` names the payment: asked again with the same one, a provider takes no money again
  // and says what came of it the first time.
  //
  // Success means the money is ours and the credits may be booked; kUnavailable when there is no
  // provider or it cannot be reached.
  virtual domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                                      const std::string& payment_method,
                                      const std::string& reference) = 0;
};

}  // namespace zenzefi::app
