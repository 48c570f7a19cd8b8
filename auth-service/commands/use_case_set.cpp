#include "commands/use_case_set.hpp"

namespace zenzefi::commands {

UseCaseSet::UseCaseSet(const Foundation& on)
    : identify_account_(on.database, on.account_tokens, on.clock),
      register_user_(on.database, on.hasher, on.entropy),
      login_(on.database, on.hasher, on.account_tokens, on.entropy, on.clock),
      refresh_session_(on.database, on.account_tokens, on.entropy, on.clock),
      logout_(on.database, on.clock),
      list_sessions_(on.database, on.clock),
      end_session_(on.database, on.clock),
      get_profile_(on.database),
      update_profile_(on.database, on.hasher, on.clock, on.require_current_password),
      get_balance_(on.database),
      purchase_credits_(on.database, on.payments, on.entropy, on.clock),
      list_transactions_(on.database),
      list_prices_(on.prices),
      purchase_token_(on.database, on.sealer, on.entropy, on.prices, on.clock),
      list_tokens_(on.database, on.sealer, on.clock),
      validate_token_(on.database, on.clock),
      extend_token_(on.database, on.cache, on.sealer, on.entropy, on.prices, on.clock),
      revoke_token_(on.database, on.cache, on.entropy, on.clock),
      check_token_(on.database, on.cache, on.clock),
      proxy_status_(on.database, on.clock),
      check_health_(on.database, on.cache),
      list_users_(on.database),
      update_user_(on.database, on.cache, on.entropy, on.clock),
      credit_user_(on.database, on.entropy, on.clock),
      list_all_tokens_(on.database, on.clock),
      revoke_any_token_(on.database, on.cache, on.entropy, on.clock),
      list_audit_(on.database) {}

http::UseCases UseCaseSet::for_http() {
  return {.identify_account = identify_account_,
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
                    .list_audit = list_audit_}};
}

}  // namespace zenzefi::commands
