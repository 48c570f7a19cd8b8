// /auth/sessions: one's own sign-ins
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/query.hpp"

namespace zenzefi::http {
namespace {

Response list_sessions(app::ListSessions& use_case, const Request& request,
                       const app::Principal& principal) {
  Query query{request};
  const domain::PageRequest wanted = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run({principal, wanted});
  if (!page) {
    return error_response(page.error());
  }
  return page_response(*page, [](json::Writer& writer, const app::ListSessions::Item& item) {
    writer.member("id", item.session.id);
    writer.member("device_info", item.session.device_info);
    writer.member("ip_address", item.session.ip_address);
    writer.member("remember_me", item.session.remember_me);
    writer.member("created_at", item.session.created_at);
    writer.member("expires_at", item.session.expires_at);
    writer.member("is_current", item.is_current);
  });
}

Response end_session(app::EndSession& use_case, const Request& request,
                     const app::Principal& principal) {
  const auto session_id = id_of(request, "session_id");
  if (!session_id) {
    return error_response(404, "Session not found");
  }
  const domain::Result<void> done = use_case.run({principal.user_id, *session_id});
  return done ? no_content() : error_response(done.error());
}

}  // namespace

void add_session_routes(Router& router, const UseCases& use_cases) {
  app::IdentifyAccount& identify = use_cases.identify_account;
  router.add(Method::kGet, "/api/v1/auth/sessions", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.list_sessions](
                                       const Request& request, const app::Principal& principal) {
               return list_sessions(use_case, request, principal);
             }));
  router.add(Method::kDelete, "/api/v1/auth/sessions/{session_id}", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.end_session](
                                       const Request& request, const app::Principal& principal) {
               return end_session(use_case, request, principal);
             }));
}

}  // namespace zenzefi::http
