#pragma once

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/payment_provider.hpp"

namespace zenzefi::app {

// Books what a payment provider tells of, once for each payment however often and in whatever order
// it does. Money that cannot be booked is held, for `zenzefi-auth reconcile` to show. Thread-safe.
class ReceivePayment {
 public:
  enum class Outcome {
    kBooked,
    kHeld,
    kKnown,    // it was told of before
    kIgnored,  // nothing about money
  };

  ReceivePayment(Database& database, PaymentProvider& provider, Entropy& entropy)
      : database_(database), provider_(provider), entropy_(entropy) {}

  // The errors of PaymentProvider::read(). kUnavailable: the provider should tell us again.
  domain::Result<Outcome> run(const PaymentNotice& notice);

 private:
  Database& database_;
  PaymentProvider& provider_;
  Entropy& entropy_;
};

}  // namespace zenzefi::app
