// Every use case of the service, made from what it stands on.
#pragma once

#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "app/limits/rate_limiter.hpp"
#include "app/one_time_codes.hpp"
#include "app/payment_provider.hpp"
#include "app/token_sealer.hpp"
#include "http/use_cases.hpp"
#include "shared/clock.hpp"

namespace zenzefi::commands {

// Outlives the use cases made from it.
struct Foundation {
  app::Database& database;
  app::Database& lists;  // for administrators: may be a moment behind
  app::GrantCache& cache;
  app::PasswordHasher& hasher;
  app::AccountTokens& account_tokens;
  app::TokenSealer& sealer;
  const app::OneTimeCodes& one_time_codes;
  app::Entropy& entropy;
  app::PaymentProvider& payments;
  app::RateLimiter& limiter;
  const domain::PriceList& prices;
  const Clock& clock;
  app::RequestLimitSettings limits;
  bool require_current_password;
};

class UseCaseSet {
 public:
  explicit UseCaseSet(const Foundation& on);
  UseCaseSet(const UseCaseSet&) = delete;
  UseCaseSet& operator=(const UseCaseSet&) = delete;

  [[nodiscard]] http::UseCases for_http();

 private:
  app::RequestLimits limits_;
  app::SecondFactorCheck second_factor_;
  app::IdentifyAccount identify_account_;
  app::RegisterUser register_user_;
  app::Login login_;
  app::RefreshSession refresh_session_;
  app::Logout logout_;
  app::ListSessions list_sessions_;
  app::EndSession end_session_;
  app::GetProfile get_profile_;
  app::UpdateProfile update_profile_;
  app::GetBalance get_balance_;
  app::PurchaseCredits purchase_credits_;
  app::ReceivePayment receive_payment_;
  app::ListTransactions list_transactions_;
  app::ListPrices list_prices_;
  app::PurchaseToken purchase_token_;
  app::ListTokens list_tokens_;
  app::ValidateToken validate_token_;
  app::ExtendToken extend_token_;
  app::RevokeToken revoke_token_;
  app::CheckToken check_token_;
  app::ProxyStatus proxy_status_;
  app::CheckHealth check_health_;
  app::ListUsers list_users_;
  app::UpdateUser update_user_;
  app::CreditUser credit_user_;
  app::ListAllTokens list_all_tokens_;
  app::RevokeAnyToken revoke_any_token_;
  app::ListProxySessions list_proxy_sessions_;
  app::ListAudit list_audit_;
  app::TwoFactorStatus two_factor_status_;
  app::SetUpTwoFactor set_up_two_factor_;
  app::EnableTwoFactor enable_two_factor_;
  app::DisableTwoFactor disable_two_factor_;
};

}  // namespace zenzefi::commands
