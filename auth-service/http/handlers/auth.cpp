// /auth: register, login, refresh, logout
#include "domain/validation.hpp"
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"
#include "http/input/credential_rule.hpp"

namespace zenzefi::http {
namespace {

app::ClientInfo client_of(const Request& request) {
  return {client_address_of(request), std::string{request.header("User-Agent").value_or("")}};
}

void write_sign_in(json::Writer& writer, const app::SignIn& sign_in) {
  writer.member("access_token", sign_in.access_token);
  writer.member("token_type", "bearer");
  writer.member("expires_in", sign_in.expires_in.count());
  writer.member("refresh_token", sign_in.refresh_token);
  writer.member("refresh_expires_in", sign_in.refresh_expires_in.count());
}

Response register_user(app::RegisterUser& use_case, app::RequestLimits& limits,
                       const Request& request) {
  Body body{request};
  app::RegisterUser::Input input;
  input.email = body.text("email", domain::email_problem);
  input.username = body.text("username", domain::username_problem);
  input.password = body.text("password", domain::password_problem);
  input.full_name = body.optional_text("full_name", domain::full_name_problem);
  input.ip_address = client_address_of(request);
  if (!body.ok()) {
    return body.refusal();
  }
  const auto attempt = limits.sign_in(input.ip_address);
  if (!attempt) {
    return too_many_requests(attempt.error());
  }
  const domain::Result<domain::User> user = use_case.run(input);
  if (!user && !is_wrong_guess(user)) {
    limits.give_back(*attempt);
  }
  if (!user) {
    return error_response(user.error());
  }
  return json_response(201, [&](json::Writer& writer) {
    writer.member("id", user->id);
    writer.member("email", user->email);
    writer.member("username", user->username);
    writer.member("full_name", user->full_name);
    writer.member("currency_balance", user->currency_balance);
    writer.member("is_active", user->is_active);
    writer.member("created_at", user->created_at);
  });
}

Response login(app::Login& use_case, app::RequestLimits& limits, const Request& request) {
  Body body{request};
  app::Login::Input input;
  input.email = body.text("email", credential_problem);
  input.password = body.text("password", credential_problem);
  input.remember_me = body.flag("remember_me", false);
  input.otp = body.optional_text("otp", optional_credential_problem);
  input.client = client_of(request);
  if (!body.ok()) {
    return body.refusal();
  }
  const domain::Result<app::Login::Output> output =
      limited_guess(limits, input.client.ip_address, [&] { return use_case.run(input); });
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    write_sign_in(writer, output->sign_in);
    writer.object("user", [&] { write_profile(writer, output->user); });
  });
}

Response refresh(app::RefreshSession& use_case, std::string_view refresh_token) {
  const domain::Result<app::SignIn> sign_in = use_case.run(refresh_token);
  if (!sign_in) {
    return error_response(sign_in.error());
  }
  return json_response(200, [&](json::Writer& writer) { write_sign_in(writer, *sign_in); });
}

// The token stands in the body, or else where a bearer's credentials do.
Response refresh(app::RefreshSession& use_case, const Request& request) {
  if (request.body.empty()) {
    if (const auto bearer = bearer_of(request)) {
      return refresh(use_case, *bearer);
    }
  }
  Body body{request};
  const std::string refresh_token = body.text("refresh_token", credential_problem);
  return body.ok() ? refresh(use_case, refresh_token) : body.refusal();
}

Response logout(app::Logout& use_case, const Request& request) {
  Body body{request};
  const std::string refresh_token = body.text("refresh_token", credential_problem);
  if (!body.ok()) {
    return body.refusal();
  }
  const domain::Result<void> done = use_case.run(refresh_token);
  if (!done) {
    return error_response(done.error());
  }
  return no_content();
}

}  // namespace

void add_auth_routes(Router& router, const UseCases& use_cases) {
  app::RequestLimits& limits = use_cases.limits;
  router.add(Method::kPost, "/api/v1/auth/register", Pool::kPassword,
             [&use_case = use_cases.register_user, &limits](const Request& request) {
               return register_user(use_case, limits, request);
             });
  router.add(Method::kPost, "/api/v1/auth/login", Pool::kPassword,
             [&use_case = use_cases.login, &limits](const Request& request) {
               return login(use_case, limits, request);
             });
  router.add(Method::kPost, "/api/v1/auth/refresh", Pool::kGeneral,
             [&use_case = use_cases.refresh_session](const Request& request) {
               return refresh(use_case, request);
             });
  router.add(
      Method::kPost, "/api/v1/auth/logout", Pool::kGeneral,
      [&use_case = use_cases.logout](const Request& request) { return logout(use_case, request); });
}

}  // namespace zenzefi::http
