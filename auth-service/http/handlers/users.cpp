// /users/me and its twin /auth/me
#include "domain/validation.hpp"
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"

namespace zenzefi::http {
namespace {

Response profile_response(const domain::Result<domain::User>& user) {
  if (!user) {
    return error_response(user.error());
  }
  return json_response(200, [&](json::Writer& writer) { write_profile(writer, *user); });
}

// Whether the password is right is the use case's to say: this bounds what it has to look at.
domain::Problem current_password_problem(std::string_view password) {
  return password.size() <= 4 * domain::kMaxPasswordLength ? domain::Problem{}
                                                           : domain::Problem{"is too long"};
}

Response update_profile(app::UpdateProfile& use_case, app::RequestLimits& limits,
                        const Request& request, const app::Principal& principal) {
  Body body{request};
  app::UpdateProfile::Input input;
  input.principal = principal;
  input.full_name = body.nullable_text("full_name", domain::full_name_problem);
  input.password = body.optional_text("password", domain::password_problem);
  input.current_password = body.optional_text("current_password", current_password_problem);
  if (!body.ok()) {
    return body.refusal();
  }
  if (!input.current_password) {
    return profile_response(use_case.run(input));
  }
  // Who took over a session may guess at the password here, too.
  return profile_response(
      limited_guess(limits, client_address_of(request), [&] { return use_case.run(input); }));
}

}  // namespace

void write_profile(json::Writer& writer, const domain::User& user) {
  writer.member("id", user.id);
  writer.member("email", user.email);
  writer.member("username", user.username);
  writer.member("full_name", user.full_name);
  writer.member("currency_balance", user.currency_balance);
  writer.member("is_active", user.is_active);
  writer.member("role", domain::to_string(user.role));
  writer.member("created_at", user.created_at);
  writer.member("updated_at", user.updated_at);
}

void add_user_routes(Router& router, const UseCases& use_cases) {
  const Handler get_profile = for_account(
      use_cases.identify_account, [&use_case = use_cases.get_profile](
                                      const Request& /*request*/, const app::Principal& principal) {
        return profile_response(use_case.run(principal.user_id));
      });
  router.add(Method::kGet, "/api/v1/users/me", Pool::kGeneral, get_profile);
  router.add(Method::kGet, "/api/v1/auth/me", Pool::kGeneral, get_profile);
  router.add(Method::kPatch, "/api/v1/users/me", Pool::kPassword,
             for_account(use_cases.identify_account,
                         [&use_case = use_cases.update_profile, &limits = use_cases.limits](
                             const Request& request, const app::Principal& principal) {
                           return update_profile(use_case, limits, request, principal);
                         }));
}

}  // namespace zenzefi::http
