// What the handlers call.
#pragma once

#include "app/account/end_session.hpp"
#include "app/account/get_profile.hpp"
#include "app/account/identify_account.hpp"
#include "app/account/list_sessions.hpp"
#include "app/account/login.hpp"
#include "app/account/logout.hpp"
#include "app/account/refresh_session.hpp"
#include "app/account/register_user.hpp"
#include "app/account/update_profile.hpp"
#include "app/admin/credit_user.hpp"
#include "app/admin/list_all_tokens.hpp"
#include "app/admin/list_audit.hpp"
#include "app/admin/list_users.hpp"
#include "app/admin/revoke_any_token.hpp"
#include "app/admin/update_user.hpp"
#include "app/credits/get_balance.hpp"
#include "app/credits/list_transactions.hpp"
#include "app/credits/purchase_credits.hpp"
#include "app/credits/receive_payment.hpp"
#include "app/limits/request_limits.hpp"
#include "app/operations/check_health.hpp"
#include "app/proxy/list_proxy_sessions.hpp"
#include "app/proxy/proxy_status.hpp"
#include "app/tokens/check_token.hpp"
#include "app/tokens/extend_token.hpp"
#include "app/tokens/list_prices.hpp"
#include "app/tokens/list_tokens.hpp"
#include "app/tokens/purchase_token.hpp"
#include "app/tokens/revoke_token.hpp"
#include "app/tokens/validate_token.hpp"
#include "app/two_factor/disable_two_factor.hpp"
#include "app/two_factor/enable_two_factor.hpp"
#include "app/two_factor/set_up_two_factor.hpp"
#include "app/two_factor/two_factor_status.hpp"

namespace zenzefi::http {

// For administrators.
struct AdminUseCases {
  app::ListUsers& list_users;
  app::UpdateUser& update_user;
  app::CreditUser& credit_user;
  app::ListAllTokens& list_tokens;
  app::RevokeAnyToken& revoke_token;
  app::ListProxySessions& list_proxy_sessions;
  app::ListAudit& list_audit;
};

struct TwoFactorUseCases {
  app::TwoFactorStatus& status;
  app::SetUpTwoFactor& set_up;
  app::EnableTwoFactor& enable;
  app::DisableTwoFactor& disable;
};

// Every use case outlives the routes made with it.
struct UseCases {
  app::IdentifyAccount& identify_account;
  app::RegisterUser& register_user;
  app::Login& login;
  app::RefreshSession& refresh_session;
  app::Logout& logout;
  app::ListSessions& list_sessions;
  app::EndSession& end_session;
  app::GetProfile& get_profile;
  app::UpdateProfile& update_profile;
  app::GetBalance& get_balance;
  app::PurchaseCredits& purchase_credits;
  app::ReceivePayment& receive_payment;
  app::ListTransactions& list_transactions;
  app::ListPrices& list_prices;
  app::PurchaseToken& purchase_token;
  app::ListTokens& list_tokens;
  app::ValidateToken& validate_token;
  app::ExtendToken& extend_token;
  app::RevokeToken& revoke_token;
  app::CheckToken& check_token;
  app::ProxyStatus& proxy_status;
  app::CheckHealth& check_health;
  AdminUseCases admin;
  TwoFactorUseCases two_factor;
  app::RequestLimits& limits;
};

}  // namespace zenzefi::http
