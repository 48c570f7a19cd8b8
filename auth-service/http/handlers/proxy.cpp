// /proxy: authenticate, status, logout. Whatever else is below /proxy is nginx's.
#include <algorithm>

#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"
#include "shared/token.hpp"

namespace zenzefi::http {
namespace {

std::string_view to_string(SameSite same_site) {
  switch (same_site) {
    case SameSite::kStrict:
      return "Strict";
    case SameSite::kNone:
      return "None";
    case SameSite::kLax:
      break;
  }
  return "Lax";
}

// `value` is a plausible token or empty, so that nothing in it can end the attribute.
void set_cookie(Response& response, const CookieSettings& settings, std::string_view value,
                std::chrono::seconds max_age) {
  std::string cookie{kAccessTokenCookie};
  cookie.append("=").append(value).append("; Path=/; HttpOnly; SameSite=");
  cookie.append(to_string(settings.same_site));
  cookie.append("; Max-Age=").append(std::to_string(max_age.count()));
  if (settings.secure) {
    cookie.append("; Secure");
  }
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
}

Response refused() {
  return error_response(401, "Invalid or expired access token");
}

std::optional<TokenHash> hash_of(std::string_view token) {
  return is_plausible_token(token) ? hash_token(token) : std::nullopt;
}

// What the check says of it; that no such token is known for what cannot be one.
domain::Result<app::CheckToken::Output> check(app::CheckToken& use_case, std::string_view token) {
  if (const auto hash = hash_of(token)) {
    return use_case.run(*hash);
  }
  return app::Refusal::kUnknown;
}

Response authenticate(app::CheckToken& use_case, app::RequestLimits& limits,
                      const CookieSettings& cookie, const Clock& clock, const Request& request) {
  Body body{request};
  const std::string token = body.text("token", any_text);
  if (!body.ok()) {
    return body.refusal();
  }
  const auto attempt = limits.access_token(client_address_of(request));
  if (!attempt) {
    return too_many_requests(attempt.error());
  }
  const domain::Result<app::CheckToken::Output> output = check(use_case, token);
  const auto* grant = output ? std::get_if<Grant>(&*output) : nullptr;
  if (!output || grant != nullptr) {
    limits.give_back(*attempt);
  }
  if (!output) {
    return error_response(output.error());
  }
  if (grant == nullptr) {
    return refused();
  }
  Response response = json_response(200, [&](json::Writer& writer) {
    writer.member("user_id", grant->user_id);
    writer.member("token_id", grant->token_id);
    writer.member("expires_at", grant->expires_at);
  });
  const std::chrono::seconds left = grant->expires_at - clock.now();
  set_cookie(response, cookie, token, std::max(left, std::chrono::seconds{0}));
  return response;
}

Response status(app::ProxyStatus& use_case, const Request& request) {
  const auto token = access_token_of(request);
  const auto hash = token ? hash_of(*token) : std::nullopt;
  if (!hash) {
    return refused();
  }
  const domain::Result<app::ProxyStatus::Output> output = use_case.run(*hash);
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("connected", output->connected());
    writer.member("status", output->connected() ? "active" : "inactive");
    writer.member("user_id", output->user_id);
    writer.member("session_id", output->session_id);
    writer.member("token_id", output->token_id);
    writer.member("started_at", output->started_at);
    writer.member("time_remaining_seconds", output->time_remaining.count());
    writer.member("expires_at", output->expires_at);
    writer.member("bytes_transferred", output->bytes_transferred);
  });
}

Response logout(const CookieSettings& cookie) {
  Response response = json_response(
      200, [](json::Writer& writer) { writer.member("message", "Logged out successfully"); });
  set_cookie(response, cookie, {}, std::chrono::seconds{0});
  return response;
}

}  // namespace

void add_proxy_routes(Router& router, const UseCases& use_cases, const CookieSettings& cookie,
                      const Clock& clock) {
  router.add(Method::kPost, "/api/v1/proxy/authenticate", Pool::kGeneral,
             [&use_case = use_cases.check_token, &limits = use_cases.limits, cookie,
              &clock](const Request& request) {
               return authenticate(use_case, limits, cookie, clock, request);
             });
  router.add(Method::kGet, "/api/v1/proxy/status", Pool::kGeneral,
             [&use_case = use_cases.proxy_status](const Request& request) {
               return status(use_case, request);
             });
  router.add(Method::kDelete, "/api/v1/proxy/logout", Pool::kInline,
             [cookie](const Request& /*request*/) { return logout(cookie); });
}

}  // namespace zenzefi::http
