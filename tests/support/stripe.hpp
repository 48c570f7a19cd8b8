// Events as Stripe sends them to a web hook.
#pragma once

#include <cstdint>
#include <string>

namespace zenzefi::test {

struct StripeSession {
  std::string id = "cs_test_1";
  std::string client_reference_id = {};
  std::int64_t amount_total = 1000;
  std::string currency = "eur";
  std::string payment_status = "paid";
};

[[nodiscard]] std::string stripe_event(const StripeSession& session,
                                       const std::string& type = "checkout.session.completed");

// The v1 signature of a body at that time, in hexadecimal.
[[nodiscard]] std::string stripe_v1(const std::string& secret, const std::string& body,
                                    std::int64_t time);

// The value of the Stripe-Signature header.
[[nodiscard]] std::string stripe_signature(const std::string& secret, const std::string& body,
                                           std::int64_t time);

}  // namespace zenzefi::test
