// Whoever takes real money for credits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "domain/money.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

// What a provider says by itself, over its web hook: exactly as it came.
struct PaymentNotice {
  std::string_view signature;
  std::string_view body;
};

// Money that a provider has taken.
struct ReceivedPayment {
  std::string reference;  // unique for each payment, however often the provider tells of it
  std::optional<Uuid> user_id;
  std::string paid;       // amount and currency, for people
  domain::Money credits;  // what it buys
  std::string problem;    // why it buys nothing; empty when it does
};

// Money comes in one of two ways: we charge, and the answer says that it is there; or the provider
// takes it by itself and tells us. A provider overrides what it can do. Thread-safe.
class PaymentProvider {
 public:
  PaymentProvider() = default;
  PaymentProvider(const PaymentProvider&) = delete;
  PaymentProvider& operator=(const PaymentProvider&) = delete;
  virtual ~PaymentProvider() = default;

  // "demo": with it a reference is unique among all providers.
  [[nodiscard]] virtual std::string_view name() const = 0;

  // kUnavailable, with what to do instead, when charge() is not for this provider.
  [[nodiscard]] virtual domain::Result<void> accepts_charges() const = 0;

  // `reference` names the payment: asked again with the same one, a provider takes no money again
  // and says what came of it the first time; kConflict after refund().
  //
  // Success means the money is ours and the credits may be booked. kUnavailable: nobody knows.
  // Anything else: no money was taken.
  virtual domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                                      const std::string& payment_method,
                                      const std::string& reference);

  // Gives back what charge() took. Success, too, when nothing was taken or all was given back.
  virtual domain::Result<void> refund(const std::string& reference);

  // Empty when the notice tells of no money. kRuleViolated: it is not the provider's, not of now,
  // or cannot be read. kNotFound: this provider sends none.
  [[nodiscard]] virtual domain::Result<std::optional<ReceivedPayment>> read(
      const PaymentNotice& notice) const;
};

}  // namespace zenzefi::app
