#include "app/account/identify_account.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

auto invalid_credentials() {
  return domain::fail(ErrorCode::kUnauthenticated, "Could not validate credentials");
}

}  // namespace

domain::Result<Principal> IdentifyAccount::run(std::optional<std::string_view> jwt) {
  if (!jwt) {
    return domain::fail(ErrorCode::kForbidden, "Not authenticated");
  }
  const auto claimed = tokens_.verify(*jwt);
  if (!claimed) {
    return invalid_credentials();
  }
  return database_.read([&](const Transaction& transaction) -> domain::Result<Principal> {
    const auto session = transaction.sessions().find(claimed->session_id);
    if (!session || session->user_id != claimed->user_id || !session->alive_at(clock_.now())) {
      return invalid_credentials();
    }
    const auto user = transaction.users().find(claimed->user_id);
    if (!user) {
      return invalid_credentials();
    }
    if (!user->is_active) {
      return domain::fail(ErrorCode::kForbidden, "Account is inactive");
    }
    return Principal{user->id, session->id, user->username, user->role};
  });
}

}  // namespace zenzefi::app
