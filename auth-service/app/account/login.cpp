#include "app/account/login.hpp"

#include "app/secret_hash.hpp"
#include "domain/text.hpp"
#include "domain/validation.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

domain::Error wrong_pair() {
  return {ErrorCode::kUnauthenticated, "Incorrect email or password"};
}

bool has_code(const Login::Input& input) {
  return input.otp && !input.otp->empty();
}

domain::Session new_session(const Uuid& id, const Uuid& user_id, const Login::Input& input,
                            Timestamp now) {
  domain::Session session;
  session.id = id;
  session.user_id = user_id;
  session.remember_me = input.remember_me;
  session.device_info = domain::cleaned_text(input.client.user_agent, domain::kMaxDeviceInfoLength);
  session.ip_address = domain::cleaned_text(input.client.ip_address, domain::kMaxIpAddressLength);
  session.created_at = now;
  session.expires_at = now + session.lifetime();
  return session;
}

AuditLog::NewEntry audit_success(const domain::Session& session) {
  return {.action = domain::AuditAction::kLoginSucceeded,
          .account_id = session.user_id,
          .actor_id = session.user_id,
          .target_type = domain::AuditTarget::kSession,
          .target_id = session.id,
          .ip_address = session.ip_address};
}

}  // namespace

domain::Result<Login::Output> Login::run(const Input& input) {
  const auto authenticated = authenticate(input);
  if (!authenticated) {
    return tl::unexpected{authenticated.error()};
  }
  const auto open = [&] { return open_session(*authenticated, input); };
  auto output = has_code(input) ? second_factor_.limited(authenticated->user.id,
                                                         ErrorCode::kUnauthenticated, open)
                                : open();
  if (!output && output.error().code == ErrorCode::kUnauthenticated) {
    return refuse(authenticated->user.id, input, std::move(output.error()));
  }
  return output;
}

domain::Result<Login::Authenticated> Login::authenticate(const Input& input) {
  using Found = std::optional<domain::User>;
  auto user = database_.read([&](const Transaction& transaction) -> domain::Result<Found> {
    // No account has such an address, and the database would read it cut at a NUL.
    if (domain::email_problem(input.email)) {
      return std::nullopt;
    }
    return transaction.users().find_by_email(input.email);
  });
  if (!user) {
    return tl::unexpected{std::move(user.error())};
  }
  if (!*user) {
    hasher_.verify_nothing(input.password);
    return refuse(std::nullopt, input, wrong_pair());
  }
  Authenticated authenticated{std::move(**user), {}};
  const PasswordMatch match = hasher_.verify(input.password, authenticated.user.hashed_password);
  if (match == PasswordMatch::kWrong) {
    return refuse(authenticated.user.id, input, wrong_pair());
  }
  if (match == PasswordMatch::kRightButOutdated) {
    auto hashed = hasher_.hash(input.password);
    if (!hashed) {
      return tl::unexpected{std::move(hashed.error())};
    }
    authenticated.replacement = std::move(*hashed);
  }
  return authenticated;
}

tl::unexpected<domain::Error> Login::refuse(const std::optional<Uuid>& user_id, const Input& input,
                                            domain::Error error) {
  // Written for an e-mail nobody has as well, so that it takes as long; the e-mail itself is not,
  // since people type passwords there.
  const auto written = database_.run([&](Transaction& transaction) -> domain::Result<void> {
    transaction.audit().append({.action = domain::AuditAction::kLoginFailed,
                                .account_id = user_id,
                                .target_type = domain::AuditTarget::kAccount,
                                .target_id = user_id,
                                .ip_address = input.client.ip_address});
    return {};
  });
  if (!written) {
    return tl::unexpected<domain::Error>{written.error()};
  }
  return tl::unexpected<domain::Error>{std::move(error)};
}

domain::Result<CodeMatch> Login::pass_second_factor(Transaction& transaction, const Uuid& user_id,
                                                    const Input& input) {
  const auto factor = transaction.two_factor().find(user_id);
  if (!factor || !factor->enabled_at) {
    return CodeMatch::kOneTimeCode;
  }
  if (!has_code(input)) {
    return domain::fail(ErrorCode::kOneTimeCodeRequired, "One-time code required");
  }
  auto match = second_factor_.use(transaction, user_id, *factor, *input.otp);
  if (match && *match == CodeMatch::kWrong) {
    return domain::fail(ErrorCode::kUnauthenticated, "Invalid one-time code");
  }
  return match;
}

domain::Result<Login::Output> Login::open_session(const Authenticated& authenticated,
                                                  const Input& input) {
  const std::string refresh_token = entropy_.refresh_token();
  const auto hash = secret_hash(refresh_token);
  if (!hash) {
    return tl::unexpected{hash.error()};
  }
  const auto session = new_session(entropy_.uuid(), authenticated.user.id, input, clock_.now());
  auto user = database_.run([&](Transaction& transaction) -> domain::Result<domain::User> {
    // A password changed since it was checked has ended all sessions there were, so no new one may
    // come of the old password.
    auto locked = transaction.users().lock(session.user_id);
    if (!locked || locked->hashed_password != authenticated.user.hashed_password) {
      return tl::unexpected{wrong_pair()};
    }
    if (!locked->is_active) {
      return domain::fail(ErrorCode::kForbidden, "Account is inactive");
    }
    const auto passed = pass_second_factor(transaction, locked->id, input);
    if (!passed) {
      return tl::unexpected{passed.error()};
    }
    if (!authenticated.replacement.empty()) {
      transaction.users().set_password(locked->id, authenticated.replacement);
    }
    transaction.sessions().insert(session, *hash);
    if (*passed == CodeMatch::kBackupCode) {
      transaction.audit().append(
          two_factor_entry(domain::AuditAction::kBackupCodeUsed, locked->id, session.ip_address));
    }
    transaction.audit().append(audit_success(session));
    return *std::move(locked);
  });
  if (!user) {
    return tl::unexpected{std::move(user.error())};
  }
  const Principal principal{user->id, session.id, user->username, user->role};
  return Output{make_sign_in(tokens_, principal, refresh_token, session.lifetime()),
                std::move(*user)};
}

}  // namespace zenzefi::app
