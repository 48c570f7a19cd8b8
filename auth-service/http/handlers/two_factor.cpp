// /auth/2fa: one's own second factor
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"
#include "http/input/credential_rule.hpp"

namespace zenzefi::http {
namespace {

Response status(app::TwoFactorStatus& use_case, const app::Principal& principal) {
  const auto output = use_case.run(principal.user_id);
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("enabled", output->enabled);
    writer.member("backup_codes_left", output->backup_codes_left);
  });
}

Response set_up(app::SetUpTwoFactor& use_case, const app::Principal& principal) {
  const auto output = use_case.run(principal.user_id);
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("secret", output->secret);
    writer.member("otpauth_uri", output->uri);
  });
}

Response enable(app::EnableTwoFactor& use_case, app::RequestLimits& limits, const Request& request,
                const app::Principal& principal) {
  Body body{request};
  const std::string code = body.text("code", credential_problem);
  if (!body.ok()) {
    return body.refusal();
  }
  const std::string address = client_address_of(request);
  const auto codes = limited_guess(limits, address, [&] {
    return use_case.run({principal.user_id, code, address});
  });
  if (!codes) {
    return error_response(codes.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("enabled", true);
    writer.array("backup_codes", [&] {
      for (const std::string& backup_code : *codes) {
        writer.value(backup_code);
      }
    });
  });
}

Response disable(app::DisableTwoFactor& use_case, app::RequestLimits& limits,
                 const Request& request, const app::Principal& principal) {
  Body body{request};
  const std::string code = body.text("code", credential_problem);
  if (!body.ok()) {
    return body.refusal();
  }
  const std::string address = client_address_of(request);
  const auto done = limited_guess(limits, address, [&] {
    return use_case.run({principal.user_id, code, address});
  });
  if (!done) {
    return error_response(done.error());
  }
  return json_response(200, [](json::Writer& writer) { writer.member("enabled", false); });
}

}  // namespace

void add_two_factor_routes(Router& router, const UseCases& use_cases) {
  app::IdentifyAccount& identify = use_cases.identify_account;
  const TwoFactorUseCases& two_factor = use_cases.two_factor;
  app::RequestLimits& limits = use_cases.limits;
  router.add(
      Method::kGet, "/api/v1/auth/2fa", Pool::kGeneral,
      for_account(identify, [&use_case = two_factor.status](const Request& /*request*/,
                                                            const app::Principal& principal) {
        return status(use_case, principal);
      }));
  router.add(
      Method::kPost, "/api/v1/auth/2fa/setup", Pool::kGeneral,
      for_account(identify, [&use_case = two_factor.set_up](const Request& /*request*/,
                                                            const app::Principal& principal) {
        return set_up(use_case, principal);
      }));
  router.add(Method::kPost, "/api/v1/auth/2fa/enable", Pool::kGeneral,
             for_account(identify, [&use_case = two_factor.enable, &limits](
                                       const Request& request, const app::Principal& principal) {
               return enable(use_case, limits, request, principal);
             }));
  router.add(Method::kPost, "/api/v1/auth/2fa/disable", Pool::kGeneral,
             for_account(identify, [&use_case = two_factor.disable, &limits](
                                       const Request& request, const app::Principal& principal) {
               return disable(use_case, limits, request, principal);
             }));
}

}  // namespace zenzefi::http
