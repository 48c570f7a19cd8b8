#include "infra/payment/providers.hpp"

namespace zenzefi::infra {

domain::Result<void> DemoPayments::charge(const Uuid& /*user_id*/, domain::Money /*amount*/,
                                          const std::string& /*payment_method*/,
                                          const std::string& /*reference*/) {
  return {};
}

domain::Result<void> NoPayments::charge(const Uuid& /*user_id*/, domain::Money /*amount*/,
                                        const std::string& /*payment_method*/,
                                        const std::string& /*reference*/) {
  return domain::fail(domain::ErrorCode::kUnavailable, "No payment provider is set up");
}

}  // namespace zenzefi::infra
