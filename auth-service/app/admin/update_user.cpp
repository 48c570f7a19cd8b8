#include "app/admin/update_user.hpp"

#include <utility>

#include "app/field_check.hpp"

namespace zenzefi::app {
namespace {

using domain::AuditAction;
using domain::ErrorCode;
using Detail = std::vector<std::pair<std::string_view, std::string>>;

bool may_end_an_administrator(const UpdateUser::Input& input) {
  return input.is_active == false || input.role == domain::Role::kUser;
}

// All administrators are locked before anybody else, so that two of them who take the role from one
// another neither both succeed nor wait for each other.
domain::Result<void> require_another_admin(UserStore& users, const Uuid& user_id) {
  const std::vector<Uuid> admins = users.lock_active_admins();
  if (admins.size() == 1 && admins.front() == user_id) {
    return domain::fail(ErrorCode::kRuleViolated,
                        "The last active administrator cannot be deactivated or demoted");
  }
  return {};
}

void audit(Transaction& transaction, const UpdateUser::Input& input, AuditAction action,
           Detail detail = {}) {
  transaction.audit().append({.action = action,
                              .account_id = input.user_id,
                              .actor_id = input.admin_id,
                              .target_type = domain::AuditTarget::kAccount,
                              .target_id = input.user_id,
                              .detail = std::move(detail)});
}

}  // namespace

domain::Result<domain::User> UpdateUser::run(const Input& input) {
  const std::string full_name = input.full_name.value_or(std::nullopt).value_or("");
  if (const auto valid = require_valid({{"full_name", domain::full_name_problem(full_name)}});
      !valid) {
    return tl::unexpected{valid.error()};
  }
  auto updated =
      database_.run([&](Transaction& transaction) { return update(transaction, input); });
  if (!updated) {
    return tl::unexpected{std::move(updated.error())};
  }
  deliver_tombstones(database_, cache_, clock_, updated->tombstones);
  return std::move(updated->user);
}

domain::Result<UpdateUser::Updated> UpdateUser::update(Transaction& transaction,
                                                       const Input& input) {
  UserStore& users = transaction.users();
  if (may_end_an_administrator(input)) {
    if (const auto able = require_another_admin(users, input.user_id); !able) {
      return tl::unexpected{able.error()};
    }
  }
  const auto user = users.lock(input.user_id);
  if (!user) {
    return domain::fail(ErrorCode::kNotFound, "User not found");
  }
  const bool renamed = input.full_name && *input.full_name != user->full_name;
  const bool given_role = input.role && *input.role != user->role;
  const bool switched = input.is_active && *input.is_active != user->is_active;
  if (renamed) {
    users.set_full_name(user->id, *input.full_name);
  }
  if (given_role) {
    users.set_role(user->id, *input.role);
  }
  if (switched) {
    users.set_active(user->id, *input.is_active);
  }
  Updated updated;
  if (switched && !*input.is_active) {
    auto revoked = deactivate(transaction, *user, input.admin_id);
    if (!revoked) {
      return tl::unexpected{std::move(revoked.error())};
    }
    updated.tombstones = *std::move(revoked);
    audit(transaction, input, AuditAction::kAccountDeactivated,
          {{"tokens_revoked", std::to_string(updated.tombstones.size())}});
  } else if (switched) {
    audit(transaction, input, AuditAction::kAccountReactivated);
  }
  if (given_role) {
    audit(transaction, input, AuditAction::kRoleChanged,
          {{"role", std::string{domain::to_string(*input.role)}}});
  }
  if (renamed) {
    audit(transaction, input, AuditAction::kAccountUpdated);
  }
  updated.user = users.find(user->id).value();
  return updated;
}

domain::Result<std::vector<PendingTombstone>> UpdateUser::deactivate(Transaction& transaction,
                                                                     const domain::User& user,
                                                                     const Uuid& admin_id) {
  const Timestamp now = clock_.now();
  transaction.sessions().end_all(user.id, now);
  const auto tokens = transaction.tokens().lock_usable(user.id, now);
  if (tokens.empty()) {
    return {};
  }
  return revoke_all_locked(transaction, entropy_, tokens, user.currency_balance, admin_id, now)
      .map([](Revocations&& revocations) { return std::move(revocations.tombstones); });
}

}  // namespace zenzefi::app
