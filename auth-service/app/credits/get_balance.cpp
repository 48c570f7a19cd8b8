#include "app/credits/get_balance.hpp"

namespace zenzefi::app {

domain::Result<domain::Money> GetBalance::run(const Uuid& user_id) {
  return database_.read([&](const Transaction& transaction) -> domain::Result<domain::Money> {
    const auto user = transaction.users().find(user_id);
    if (!user) {
      return domain::fail(domain::ErrorCode::kNotFound, "User not found");
    }
    return user->currency_balance;
  });
}

}  // namespace zenzefi::app
