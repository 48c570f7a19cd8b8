#include "app/account/register_user.hpp"

#include "app/field_check.hpp"

namespace zenzefi::app {

domain::Result<domain::User> RegisterUser::run(const Input& input) {
  const auto valid =
      require_valid({{"email", domain::email_problem(input.email)},
                     {"username", domain::username_problem(input.username)},
                     {"password", domain::password_problem(input.password)},
                     {"full_name", domain::full_name_problem(input.full_name.value_or(""))}});
  if (!valid) {
    return tl::unexpected{valid.error()};
  }
  auto hashed = hasher_.hash(input.password);
  if (!hashed) {
    return tl::unexpected{std::move(hashed.error())};
  }
  const UserStore::NewUser user{entropy_.uuid(),    input.email,     input.username,
                                std::move(*hashed), input.full_name, domain::Role::kUser};
  return database_.run([&](Transaction& transaction) -> domain::Result<domain::User> {
    auto registered = transaction.users().insert(user);
    transaction.audit().append({.action = domain::AuditAction::kAccountRegistered,
                                .account_id = user.id,
                                .actor_id = user.id,
                                .target_type = domain::AuditTarget::kAccount,
                                .target_id = user.id,
                                .ip_address = input.ip_address});
    return registered;
  });
}

}  // namespace zenzefi::app
