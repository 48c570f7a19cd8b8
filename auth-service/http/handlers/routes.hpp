// The handlers, by feature. Each parses, calls one use case and maps the result.
#pragma once

#include "http/api.hpp"
#include "http/router.hpp"
#include "http/use_cases.hpp"
#include "shared/clock.hpp"

namespace zenzefi::http {

void add_auth_routes(Router& router, const UseCases& use_cases);
void add_session_routes(Router& router, const UseCases& use_cases);
void add_two_factor_routes(Router& router, const UseCases& use_cases);
void add_user_routes(Router& router, const UseCases& use_cases);
void add_currency_routes(Router& router, const UseCases& use_cases);
void add_payment_routes(Router& router, const UseCases& use_cases);
void add_token_routes(Router& router, const UseCases& use_cases);
void add_admin_routes(Router& router, const UseCases& use_cases);
void add_proxy_routes(Router& router, const UseCases& use_cases, const CookieSettings& cookie,
                      const Clock& clock);
void add_health_routes(Router& router, const UseCases& use_cases, const std::string& version);
void add_description_route(Router& router);
void add_check_routes(Router& router, const UseCases& use_cases);

}  // namespace zenzefi::http
