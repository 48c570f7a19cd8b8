#include "app/account/get_profile.hpp"

namespace zenzefi::app {

domain::Result<domain::User> GetProfile::run(const Uuid& user_id) {
  return database_.read([&](const Transaction& transaction) -> domain::Result<domain::User> {
    auto user = transaction.users().find(user_id);
    if (!user) {
      return domain::fail(domain::ErrorCode::kNotFound, "User not found");
    }
    return *std::move(user);
  });
}

}  // namespace zenzefi::app
