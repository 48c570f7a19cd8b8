// /tokens: prices, purchase, my-tokens, validate, extend, revoke
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"
#include "http/input/query.hpp"

namespace zenzefi::http {
namespace {

std::string_view describe(app::Refusal refusal) {
  switch (refusal) {
    case app::Refusal::kExpired:
      return "Token expired";
    case app::Refusal::kRevoked:
      return "Token revoked";
    case app::Refusal::kUnknown:
      break;
  }
  return "Token not found";
}

Response list_prices(const app::ListPrices& use_case) {
  const auto prices = use_case.run();
  if (!prices) {
    return error_response(prices.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.array("items", [&] {
      for (const domain::Price& price : *prices) {
        writer.object([&] {
          writer.member("duration_hours", price.duration_hours);
          writer.member("price", price.price);
        });
      }
    });
    writer.member("currency", "ZNC");
  });
}

Response purchase(app::PurchaseToken& use_case, const Request& request,
                  const app::Principal& principal) {
  Body body{request};
  app::PurchaseToken::Input input;
  input.user_id = principal.user_id;
  input.duration_hours = body.integer("duration_hours");
  input.idempotency_key = idempotency_key_of(request);
  if (!body.ok()) {
    return body.refusal();
  }
  const domain::Result<app::PurchaseToken::Output> output = use_case.run(input);
  if (!output) {
    return error_response(output.error());
  }
  return json_response(201, [&](json::Writer& writer) {
    writer.member("token_id", output->token.id);
    writer.member("token", output->text);
    writer.member("duration_hours", output->token.duration_hours);
    writer.member("cost", output->token.price_paid);
    writer.member("created_at", output->token.created_at);
    // As they were at the purchase: a repeated request gets the first answer again.
    writer.member("activated_at", std::nullopt);
    writer.member("expires_at", std::nullopt);
    writer.member("is_active", true);
  });
}

Response list_tokens(app::ListTokens& use_case, const Request& request,
                     const app::Principal& principal) {
  Query query{request};
  app::ListTokens::Input input;
  input.user_id = principal.user_id;
  input.active_only = query.flag("active_only", input.active_only);
  input.page = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run(input);
  if (!page) {
    return error_response(page.error());
  }
  return page_response(*page, [](json::Writer& writer, const app::ListTokens::Item& item) {
    writer.member("token_id", item.token.id);
    writer.member("token", item.text);
    writer.member("duration_hours", item.token.duration_hours);
    writer.member("created_at", item.token.created_at);
    writer.member("activated_at", item.token.activated_at);
    writer.member("expires_at", item.token.expires_at());
    writer.member("is_active", item.is_active);
    writer.member("revoked_at", item.token.revoked_at);
  });
}

Response validate(app::ValidateToken& use_case, app::RequestLimits& limits,
                  const Request& request) {
  Body body{request};
  // Text that cannot be a token is a token nobody has.
  const std::string token = body.text("token", any_text);
  if (!body.ok()) {
    return body.refusal();
  }
  const auto attempt = limits.access_token(client_address_of(request));
  if (!attempt) {
    return too_many_requests(attempt.error());
  }
  const domain::Result<app::ValidateToken::Output> output = use_case.run(token);
  if (!output || std::holds_alternative<app::ValidToken>(*output)) {
    limits.give_back(*attempt);
  }
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    if (const auto* refusal = std::get_if<app::Refusal>(&*output)) {
      writer.member("valid", false);
      writer.member("reason", describe(*refusal));
      return;
    }
    const auto& valid = std::get<app::ValidToken>(*output);
    writer.member("valid", true);
    writer.member("user_id", valid.user_id);
    writer.member("token_id", valid.token_id);
    writer.member("expires_at", valid.expires_at);
    writer.member("time_remaining_seconds", valid.time_remaining.count());
  });
}

Response extend(app::ExtendToken& use_case, const Request& request,
                const app::Principal& principal) {
  const auto token_id = id_of(request, "token_id");
  if (!token_id) {
    return error_response(404, "Token not found");
  }
  Body body{request};
  app::ExtendToken::Input input;
  input.user_id = principal.user_id;
  input.token_id = *token_id;
  input.duration_hours = body.integer("duration_hours");
  input.idempotency_key = idempotency_key_of(request);
  if (!body.ok()) {
    return body.refusal();
  }
  const domain::Result<app::ExtendToken::Output> output = use_case.run(input);
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("token_id", output->token.id);
    writer.member("token", output->text);
    writer.member("duration_hours", output->token.duration_hours);
    writer.member("cost", output->cost);
    writer.member("created_at", output->token.created_at);
    writer.member("activated_at", output->token.activated_at);
    writer.member("expires_at", output->token.expires_at());
    // As it was at the extension: a repeated request gets the first answer again.
    writer.member("is_active", true);
  });
}

Response revoke(app::RevokeToken& use_case, const Request& request,
                const app::Principal& principal) {
  const auto token_id = id_of(request, "token_id");
  if (!token_id) {
    return error_response(404, "Token not found");
  }
  const domain::Result<app::RevokeToken::Output> output =
      use_case.run({principal.user_id, *token_id});
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("revoked", true);
    writer.member("refund_amount", output->refund_amount);
    writer.member("new_balance", output->new_balance);
  });
}

}  // namespace

void add_token_routes(Router& router, const UseCases& use_cases) {
  app::IdentifyAccount& identify = use_cases.identify_account;
  router.add(Method::kGet, "/api/v1/tokens/prices", Pool::kGeneral,
             [&use_case = use_cases.list_prices](const Request& /*request*/) {
               return list_prices(use_case);
             });
  router.add(Method::kPost, "/api/v1/tokens/purchase", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.purchase_token](
                                       const Request& request, const app::Principal& principal) {
               return purchase(use_case, request, principal);
             }));
  router.add(Method::kGet, "/api/v1/tokens/my-tokens", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.list_tokens](
                                       const Request& request, const app::Principal& principal) {
               return list_tokens(use_case, request, principal);
             }));
  router.add(Method::kPost, "/api/v1/tokens/validate", Pool::kGeneral,
             [&use_case = use_cases.validate_token, &limits = use_cases.limits](
                 const Request& request) { return validate(use_case, limits, request); });
  router.add(Method::kPost, "/api/v1/tokens/{token_id}/extend", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.extend_token](
                                       const Request& request, const app::Principal& principal) {
               return extend(use_case, request, principal);
             }));
  router.add(Method::kDelete, "/api/v1/tokens/{token_id}", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.revoke_token](
                                       const Request& request, const app::Principal& principal) {
               return revoke(use_case, request, principal);
             }));
}

}  // namespace zenzefi::http
