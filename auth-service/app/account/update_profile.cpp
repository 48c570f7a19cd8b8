#include "app/account/update_profile.hpp"

#include "app/field_check.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

auto account_gone() {
  return domain::fail(ErrorCode::kNotFound, "User not found");
}

domain::Result<void> check_fields(const UpdateProfile::Input& input) {
  const std::string full_name = input.full_name.value_or(std::nullopt).value_or("");
  return require_valid(
      {{"full_name", domain::full_name_problem(full_name)},
       {"password", input.password ? domain::password_problem(*input.password) : std::nullopt}});
}

AuditLog::NewEntry entry_by_user(domain::AuditAction action, const Uuid& user_id) {
  return {.action = action,
          .account_id = user_id,
          .actor_id = user_id,
          .target_type = domain::AuditTarget::kAccount,
          .target_id = user_id};
}

}  // namespace

domain::Result<domain::User> UpdateProfile::run(const Input& input) {
  if (const auto valid = check_fields(input); !valid) {
    return tl::unexpected{valid.error()};
  }
  const auto change = prepare_password(input);
  if (!change) {
    return tl::unexpected{change.error()};
  }
  const Uuid& user_id = input.principal.user_id;
  return database_.run([&](Transaction& transaction) -> domain::Result<domain::User> {
    UserStore& users = transaction.users();
    if (!users.lock(user_id)) {
      return account_gone();
    }
    if (*change) {
      if (!users.replace_password(user_id, (*change)->from, (*change)->to)) {
        return domain::fail(ErrorCode::kConflict, "The password was changed meanwhile");
      }
      transaction.sessions().end_others(user_id, input.principal.session_id, clock_.now());
    }
    if (input.full_name) {
      users.set_full_name(user_id, *input.full_name);
      transaction.audit().append(entry_by_user(domain::AuditAction::kAccountUpdated, user_id));
    }
    if (*change) {
      transaction.audit().append(entry_by_user(domain::AuditAction::kPasswordChanged, user_id));
    }
    auto updated = users.find(user_id);
    if (!updated) {
      return account_gone();
    }
    return *std::move(updated);
  });
}

domain::Result<std::optional<UpdateProfile::PasswordChange>> UpdateProfile::prepare_password(
    const Input& input) {
  if (!input.password) {
    return std::nullopt;
  }
  if (require_current_password_ && !input.current_password) {
    return domain::fail(ErrorCode::kRuleViolated, "Current password is required");
  }
  auto stored = database_.read([&](const Transaction& transaction) -> domain::Result<std::string> {
    const auto user = transaction.users().find(input.principal.user_id);
    if (!user) {
      return account_gone();
    }
    return user->hashed_password;
  });
  if (!stored) {
    return tl::unexpected{std::move(stored.error())};
  }
  if (input.current_password &&
      hasher_.verify(*input.current_password, *stored) == PasswordMatch::kWrong) {
    return domain::fail(ErrorCode::kRuleViolated, "Current password is incorrect");
  }
  auto hashed = hasher_.hash(*input.password);
  if (!hashed) {
    return tl::unexpected{std::move(hashed.error())};
  }
  return PasswordChange{*std::move(stored), *std::move(hashed)};
}

}  // namespace zenzefi::app
