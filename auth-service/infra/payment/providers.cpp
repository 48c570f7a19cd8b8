#include "infra/payment/providers.hpp"

namespace zenzefi::infra {

domain::Result<void> DemoPayments::charge(const Uuid& /*user_id*/, domain::Money /*amount*/,
                                          const std::string& /*payment_method*/,
                                          const std::string& /*reference*/) {
  return {};
}

domain::Result<void> NoPayments::accepts_charges() const {
  return domain::fail(domain::ErrorCode::kUnavailable, "No payment provider is set up");
}

}  // namespace zenzefi::infra
