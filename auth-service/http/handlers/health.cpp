// /health: whether the service can serve, and whether it runs at all
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"

namespace zenzefi::http {
namespace {

constexpr std::string_view to_string(bool up) {
  return up ? "ok" : "unavailable";
}

std::string_view status_of(const app::CheckHealth::Output& health) {
  if (!health.can_serve()) {
    return "unavailable";
  }
  return health.redis ? "ok" : "degraded";
}

Response check_health(app::CheckHealth& use_case, const std::string& version) {
  const app::CheckHealth::Output health = use_case.run();
  Response response = json_response(health.can_serve() ? 200 : 503, [&](json::Writer& writer) {
    if (!health.can_serve()) {
      writer.member("detail", "postgres is unavailable");
    }
    writer.member("status", status_of(health));
    writer.member("version", version);
    writer.object("checks", [&] {
      writer.member("postgres", to_string(health.postgres));
      writer.member("redis", to_string(health.redis));
    });
  });
  if (!health.can_serve()) {
    response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  }
  return response;
}

}  // namespace

void add_health_routes(Router& router, const UseCases& use_cases, const std::string& version) {
  const Handler health = [&use_case = use_cases.check_health, version](const Request& /*request*/) {
    return check_health(use_case, version);
  };
  router.add(Method::kGet, "/health", Pool::kGeneral, health);
  router.add(Method::kGet, "/api/v1/health", Pool::kGeneral, health);
  // Not behind a queue: a busy process is no dead one.
  router.add(Method::kGet, "/health/live", Pool::kInline, [](const Request& /*request*/) {
    return json_response(200, [](json::Writer& writer) { writer.member("status", "ok"); });
  });
}

}  // namespace zenzefi::http
