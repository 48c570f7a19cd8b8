#include "app/account/create_superuser.hpp"

#include "app/field_check.hpp"

namespace zenzefi::app {
namespace {

AuditLog::NewEntry entry_by_operator(domain::AuditAction action, const Uuid& user_id) {
  return {.action = action,
          .account_id = user_id,
          .target_type = domain::AuditTarget::kAccount,
          .target_id = user_id};
}

}  // namespace

domain::Result<CreateSuperuser::Output> CreateSuperuser::run(const Input& input) {
  if (const auto valid = require_valid({{"email", domain::email_problem(input.email)}}); !valid) {
    return tl::unexpected{valid.error()};
  }
  const auto existing = promote(input.email);
  if (!existing) {
    return tl::unexpected{existing.error()};
  }
  if (*existing) {
    return **existing;
  }
  auto created = create(input);
  if (created || created.error().code != domain::ErrorCode::kRuleViolated) {
    return created;
  }
  // Of two that start at once, one finds the other's account.
  const auto meanwhile = promote(input.email);
  if (meanwhile && *meanwhile) {
    return **meanwhile;
  }
  return created;
}

domain::Result<std::optional<CreateSuperuser::Output>> CreateSuperuser::promote(
    const std::string& email) {
  using Found = std::optional<Output>;
  return database_.run([&](Transaction& transaction) -> domain::Result<Found> {
    UserStore& users = transaction.users();
    const auto found = users.find_by_email(email);
    auto user = found ? users.lock(found->id) : std::nullopt;
    if (!user) {
      return std::nullopt;
    }
    if (user->role == domain::Role::kAdmin && user->is_active) {
      return Output{*std::move(user)};
    }
    users.set_role(user->id, domain::Role::kAdmin);
    users.set_active(user->id, true);
    user->role = domain::Role::kAdmin;
    user->is_active = true;
    transaction.audit().append(
        entry_by_operator(domain::AuditAction::kSuperuserPromoted, user->id));
    return Output{*std::move(user), /*created=*/false, /*promoted=*/true};
  });
}

domain::Result<CreateSuperuser::Output> CreateSuperuser::create(const Input& input) {
  const auto valid = require_valid({{"username", domain::username_problem(input.username)},
                                    {"password", domain::password_problem(input.password)}});
  if (!valid) {
    return tl::unexpected{valid.error()};
  }
  auto hashed = hasher_.hash(input.password);
  if (!hashed) {
    return tl::unexpected{std::move(hashed.error())};
  }
  const UserStore::NewUser user{entropy_.uuid(),    input.email,  input.username,
                                std::move(*hashed), std::nullopt, domain::Role::kAdmin};
  return database_.run([&](Transaction& transaction) -> domain::Result<Output> {
    Output output{transaction.users().insert(user), /*created=*/true};
    transaction.audit().append(entry_by_operator(domain::AuditAction::kSuperuserCreated, user.id));
    return output;
  });
}

}  // namespace zenzefi::app
