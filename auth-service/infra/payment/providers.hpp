// The payment providers there are. Choosing one is a setting, PAYMENT_PROVIDER.
#pragma once

#include "app/payment_provider.hpp"

namespace zenzefi::infra {

// `demo`: takes no money and books the credits. For trying things out.
class DemoPayments final : public app::PaymentProvider {
 public:
  domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                              const std::string& payment_method,
                              const std::string& reference) override;
};

// Nothing chosen: every purchase of credits is kUnavailable.
class NoPayments final : public app::PaymentProvider {
 public:
  domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                              const std::string& payment_method,
                              const std::string& reference) override;
};

}  // namespace zenzefi::infra
