#include "http/api.hpp"

#include "http/handlers/routes.hpp"

namespace zenzefi::http {

Router public_api(const UseCases& use_cases, const ApiSettings& settings, const Clock& clock) {
  Router router;
  add_auth_routes(router, use_cases);
  add_session_routes(router, use_cases);
  add_two_factor_routes(router, use_cases);
  add_user_routes(router, use_cases);
  add_currency_routes(router, use_cases);
  add_payment_routes(router, use_cases);
  add_token_routes(router, use_cases);
  add_admin_routes(router, use_cases);
  add_proxy_routes(router, use_cases, settings.cookie, clock);
  add_health_routes(router, use_cases, settings.version);
  add_description_route(router);
  return router;
}

Router internal_api(const UseCases& use_cases) {
  Router router;
  add_check_routes(router, use_cases);
  return router;
}

}  // namespace zenzefi::http
