// The payment providers that need nothing. Choosing one is a setting, PAYMENT_PROVIDER.
#pragma once

#include "app/payment_provider.hpp"

namespace zenzefi::infra {

// `demo`: takes no money and books the credits. For trying things out.
class DemoPayments final : public app::PaymentProvider {
 public:
  [[nodiscard]] std::string_view name() const override { return "demo"; }
  [[nodiscard]] domain::Result<void> accepts_charges() const override { return {}; }
  domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                              const std::string& payment_method,
                              const std::string& reference) override;
  domain::Result<void> refund(const std::string& /*reference*/) override { return {}; }
};

// Nothing chosen: every purchase of credits is kUnavailable.
class NoPayments final : public app::PaymentProvider {
 public:
  [[nodiscard]] std::string_view name() const override { return "none"; }
  [[nodiscard]] domain::Result<void> accepts_charges() const override;
};

}  // namespace zenzefi::infra
