// The routes of both listeners on the use cases, whose ports are in memory.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "http/api.hpp"
#include "tests/support/json.hpp"

namespace zenzefi::test {

class ApiTest : public ServiceTest {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // `target` with its query. A body goes with Content-Type: application/json.
  http::Response call(std::string_view method, std::string_view target, std::string body = {},
                      Headers headers = {});
  http::Response call_internal(std::string_view method, std::string_view target,
                               Headers headers = {});

  // The headers of somebody who is signed in: registered when need be, as `name`@example.com.
  Headers as(const std::string& name);
  // The same with `balance` credits.
  Headers with_credits(const std::string& name, const std::string& balance);
  // Buys one for 24 hours; its text.
  std::string bought_token(const Headers& headers);

  http::ApiSettings settings{.version = "1.2.3", .cookie = {}};

  // What a handler that takes several makes of them, by place.
  static std::map<std::size_t, http::Response> answer_together(
      const http::AnyHandler& handler, const std::vector<const http::Request*>& requests);

 private:
  static http::Response answer(const http::Router& router, std::string_view method,
                               std::string_view target, std::string body, Headers headers);

  app::IdentifyAccount identify_account_{database, jwts, limits, clock};
  app::RegisterUser register_user_{database, hasher, entropy};
  app::Login login_{database, hasher, jwts, entropy, second_factor, clock};
  app::RefreshSession refresh_session_{database, jwts, entropy, clock};
  app::Logout logout_{database, clock};
  app::ListSessions list_sessions_{database, clock};
  app::EndSession end_session_{database, clock};
  app::GetProfile get_profile_{database};
  app::UpdateProfile update_profile_{database, hasher, clock, true};
  app::GetBalance get_balance_{database};
  app::PurchaseCredits purchase_credits_{database, provider, entropy, clock};
  app::ReceivePayment receive_payment_{database, provider, entropy};
  app::ListTransactions list_transactions_{database};
  app::ListPrices list_prices_{prices};
  app::PurchaseToken purchase_token_{database, sealer, entropy, prices, clock};
  app::ListTokens list_tokens_{database, sealer, clock};
  app::ValidateToken validate_token_{database, clock};
  app::ExtendToken extend_token_{database, cache, sealer, entropy, prices, clock};
  app::RevokeToken revoke_token_{database, cache, entropy, clock};
  app::CheckToken check_token_{database, cache, clock};
  app::ProxyStatus proxy_status_{database, clock};
  app::CheckHealth check_health_{database, cache};
  app::ListUsers list_users_{database};
  app::UpdateUser update_user_{database, cache, entropy, clock};
  app::CreditUser credit_user_{database, entropy, clock};
  app::ListAllTokens list_all_tokens_{database, clock};
  app::RevokeAnyToken revoke_any_token_{database, cache, entropy, clock};
  app::ListProxySessions list_proxy_sessions_{database};
  app::ListAudit list_audit_{database};
  app::TwoFactorStatus two_factor_status_{database};
  app::SetUpTwoFactor set_up_two_factor_{database, sealer, entropy};
  app::EnableTwoFactor enable_two_factor_{database, second_factor, entropy, clock};
  app::DisableTwoFactor disable_two_factor_{database, second_factor};

 protected:
  const http::UseCases use_cases{.identify_account = identify_account_,
                                 .register_user = register_user_,
                                 .login = login_,
                                 .refresh_session = refresh_session_,
                                 .logout = logout_,
                                 .list_sessions = list_sessions_,
                                 .end_session = end_session_,
                                 .get_profile = get_profile_,
                                 .update_profile = update_profile_,
                                 .get_balance = get_balance_,
                                 .purchase_credits = purchase_credits_,
                                 .receive_payment = receive_payment_,
                                 .list_transactions = list_transactions_,
                                 .list_prices = list_prices_,
                                 .purchase_token = purchase_token_,
                                 .list_tokens = list_tokens_,
                                 .validate_token = validate_token_,
                                 .extend_token = extend_token_,
                                 .revoke_token = revoke_token_,
                                 .check_token = check_token_,
                                 .proxy_status = proxy_status_,
                                 .check_health = check_health_,
                                 .admin = {.list_users = list_users_,
                                           .update_user = update_user_,
                                           .credit_user = credit_user_,
                                           .list_tokens = list_all_tokens_,
                                           .revoke_token = revoke_any_token_,
                                           .list_proxy_sessions = list_proxy_sessions_,
                                           .list_audit = list_audit_},
                                 .two_factor = {.status = two_factor_status_,
                                                .set_up = set_up_two_factor_,
                                                .enable = enable_two_factor_,
                                                .disable = disable_two_factor_},
                                 .limits = limits};
};

// Empty when there is no such header.
[[nodiscard]] std::string header_of(const http::Response& response, std::string_view name);
[[nodiscard]] std::string detail_of(const http::Response& response);

}  // namespace zenzefi::test
