#include "app/payment_provider.hpp"

namespace zenzefi::app {
namespace {

auto takes_no_charges() {
  return domain::fail(domain::ErrorCode::kUnavailable, "The payment provider takes no charges");
}

}  // namespace

domain::Result<void> PaymentProvider::charge(const Uuid& /*user_id*/, domain::Money /*amount*/,
                                             const std::string& /*payment_method*/,
                                             const std::string& /*reference*/) {
  return takes_no_charges();
}

domain::Result<void> PaymentProvider::refund(const std::string& /*reference*/) {
  return takes_no_charges();
}

domain::Result<std::optional<ReceivedPayment>> PaymentProvider::read(
    const PaymentNotice& /*notice*/) const {
  return domain::fail(domain::ErrorCode::kNotFound, "Not found");
}

}  // namespace zenzefi::app
