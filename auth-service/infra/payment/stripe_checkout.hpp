// Credits bought at a hosted checkout page, as Stripe has it. Whoever makes the page says for whom
// it is (client_reference_id = user id); we hear of the money over the web hook, in the events
// checkout.session.completed and checkout.session.async_payment_succeeded.
// https://docs.stripe.com/api/events/types, https://docs.stripe.com/api/checkout/sessions/object
#pragma once

#include <string>

#include "app/payment_provider.hpp"
#include "shared/clock.hpp"

namespace zenzefi::infra {

struct StripeOptions {
  std::string webhook_secret;
  std::string currency = "eur";  // ISO 4217, lower case
  // Credits for a hundred of the currency's smallest unit: for 1.00 EUR, or for 100 JPY.
  domain::Money credits_per_hundred = domain::Money::from_cents(100);
};

// Thread-safe.
class StripeCheckout final : public app::PaymentProvider {
 public:
  StripeCheckout(StripeOptions options, const Clock& clock)
      : options_(std::move(options)), clock_(clock) {}

  [[nodiscard]] std::string_view name() const override { return "stripe"; }
  // Nobody is charged from here: the money comes by the checkout page.
  [[nodiscard]] domain::Result<void> accepts_charges() const override;

  [[nodiscard]] domain::Result<std::optional<app::ReceivedPayment>> read(
      const app::PaymentNotice& notice) const override;

 private:
  const StripeOptions options_;
  const Clock& clock_;
};

}  // namespace zenzefi::infra
