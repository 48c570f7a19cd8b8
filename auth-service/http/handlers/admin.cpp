// /admin: users, tokens, sessions through nginx, audit
#include "domain/validation.hpp"
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"
#include "http/input/query.hpp"

namespace zenzefi::http {
namespace {

constexpr std::string_view kStatuses = "'unused', 'active', 'expired' or 'revoked'";

Response list_users(app::ListUsers& use_case, const Request& request) {
  Query query{request};
  app::ListUsers::Input input;
  input.search = query.text("search");
  input.page = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run(input);
  return page ? page_response(*page, write_profile) : error_response(page.error());
}

Response update_user(app::UpdateUser& use_case, const Request& request,
                     const app::Principal& admin) {
  const auto user_id = id_of(request, "user_id");
  if (!user_id) {
    return error_response(404, "User not found");
  }
  Body body{request};
  app::UpdateUser::Input input;
  input.admin_id = admin.user_id;
  input.user_id = *user_id;
  input.is_active = body.optional_flag("is_active");
  input.role = domain::parse_role(body.optional_text("role", domain::role_problem).value_or(""));
  input.full_name = body.nullable_text("full_name", domain::full_name_problem);
  if (!body.ok()) {
    return body.refusal();
  }
  const domain::Result<domain::User> user = use_case.run(input);
  if (!user) {
    return error_response(user.error());
  }
  return json_response(200, [&](json::Writer& writer) { write_profile(writer, *user); });
}

Response credit_user(app::CreditUser& use_case, const Request& request,
                     const app::Principal& admin) {
  const auto user_id = id_of(request, "user_id");
  if (!user_id) {
    return error_response(404, "User not found");
  }
  Body body{request};
  app::CreditUser::Input input;
  input.admin_id = admin.user_id;
  input.user_id = *user_id;
  input.amount = body.money("amount", domain::adjustment_problem);
  input.reason = body.text("reason", domain::reason_problem);
  input.idempotency_key = idempotency_key_of(request);
  if (!body.ok()) {
    return body.refusal();
  }
  const domain::Result<domain::LedgerEntry> entry = use_case.run(input);
  if (!entry) {
    return error_response(entry.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("transaction_id", entry->id);
    writer.member("amount", entry->amount);
    writer.member("new_balance", entry->balance_after);
    writer.member("transaction_type", domain::to_string(entry->transaction_type));
    writer.member("created_at", entry->created_at);
  });
}

Response list_tokens(app::ListAllTokens& use_case, const Request& request) {
  Query query{request};
  app::ListAllTokens::Input input;
  input.user_id = query.uuid("user_id");
  input.status = query.choice("status", domain::parse_token_status, kStatuses);
  input.page = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run(input);
  if (!page) {
    return error_response(page.error());
  }
  return page_response(*page, [](json::Writer& writer, const app::ListAllTokens::Item& item) {
    writer.member("token_id", item.token.id);
    writer.member("user_id", item.token.user_id);
    writer.member("status", domain::to_string(item.status));
    writer.member("duration_hours", item.token.duration_hours);
    writer.member("price_paid", item.token.price_paid);
    writer.member("created_at", item.token.created_at);
    writer.member("activated_at", item.token.activated_at);
    writer.member("expires_at", item.token.expires_at());
    writer.member("revoked_at", item.token.revoked_at);
  });
}

Response revoke_token(app::RevokeAnyToken& use_case, const Request& request,
                      const app::Principal& admin) {
  const auto token_id = id_of(request, "token_id");
  if (!token_id) {
    return error_response(404, "Token not found");
  }
  const auto output = use_case.run({admin.user_id, *token_id});
  if (!output) {
    return error_response(output.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("revoked", true);
    writer.member("refund_amount", output->refund_amount);
    writer.member("new_balance", output->new_balance);
  });
}

Response list_proxy_sessions(app::ListProxySessions& use_case, const Request& request) {
  Query query{request};
  const domain::PageRequest requested = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run(requested);
  if (!page) {
    return error_response(page.error());
  }
  using Live = app::ProxySessionStore::LiveSession;
  return page_response(*page, [](json::Writer& writer, const Live& live) {
    const domain::ProxySession& session = live.session;
    writer.member("session_id", session.id);
    writer.member("user_id", session.user_id);
    writer.member("username", live.username);
    writer.member("token_id", session.token_id);
    writer.member("ip_address", session.ip_address);
    writer.member("user_agent", session.user_agent);
    writer.member("started_at", session.started_at);
    writer.member("last_activity", session.last_activity);
    writer.member("requests", session.requests);
    writer.member("bytes_in", session.bytes_in);
    writer.member("bytes_out", session.bytes_out);
  });
}

Response list_audit(app::ListAudit& use_case, const Request& request) {
  Query query{request};
  app::ListAudit::Input input;
  input.filter.account_id = query.uuid("user_id");
  input.filter.actor_id = query.uuid("actor_id");
  input.filter.target_id = query.uuid("target_id");
  input.filter.action = query.text("action");
  input.page = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run(input);
  if (!page) {
    return error_response(page.error());
  }
  return page_response(*page, [](json::Writer& writer, const domain::AuditEntry& entry) {
    writer.member("id", entry.id);
    writer.member("action", entry.action);
    writer.member("user_id", entry.account_id);
    writer.member("actor_id", entry.actor_id);
    writer.member("target_type", entry.target_type);
    writer.member("target_id", entry.target_id);
    writer.json_member("detail", entry.detail);
    writer.member("ip_address", entry.ip_address);
    writer.member("created_at", entry.created_at);
  });
}

// A handler that does not ask which administrator it is.
template <typename UseCase>
Handler listing(app::IdentifyAccount& identify, UseCase& use_case,
                Response (*handle)(UseCase&, const Request&)) {
  return for_admin(identify,
                   [&use_case, handle](const Request& request, const app::Principal& /*admin*/) {
                     return handle(use_case, request);
                   });
}

template <typename UseCase>
Handler acting(app::IdentifyAccount& identify, UseCase& use_case,
               Response (*handle)(UseCase&, const Request&, const app::Principal&)) {
  return for_admin(identify,
                   [&use_case, handle](const Request& request, const app::Principal& admin) {
                     return handle(use_case, request, admin);
                   });
}

}  // namespace

void add_admin_routes(Router& router, const UseCases& use_cases) {
  app::IdentifyAccount& identify = use_cases.identify_account;
  const AdminUseCases& admin = use_cases.admin;
  router.add(Method::kGet, "/api/v1/admin/users", Pool::kGeneral,
             listing(identify, admin.list_users, list_users));
  router.add(Method::kPatch, "/api/v1/admin/users/{user_id}", Pool::kGeneral,
             acting(identify, admin.update_user, update_user));
  router.add(Method::kPost, "/api/v1/admin/users/{user_id}/credit", Pool::kGeneral,
             acting(identify, admin.credit_user, credit_user));
  router.add(Method::kGet, "/api/v1/admin/tokens", Pool::kGeneral,
             listing(identify, admin.list_tokens, list_tokens));
  router.add(Method::kDelete, "/api/v1/admin/tokens/{token_id}", Pool::kGeneral,
             acting(identify, admin.revoke_token, revoke_token));
  router.add(Method::kGet, "/api/v1/admin/sessions", Pool::kGeneral,
             listing(identify, admin.list_proxy_sessions, list_proxy_sessions));
  router.add(Method::kGet, "/api/v1/admin/audit", Pool::kGeneral,
             listing(identify, admin.list_audit, list_audit));
}

}  // namespace zenzefi::http
