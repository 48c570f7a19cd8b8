// /openapi.json: what all of this is
#include "http/description/description.hpp"

#include "http/handlers/routes.hpp"

namespace zenzefi::http {

void add_description_route(Router& router) {
  router.add(Method::kGet, "/openapi.json", Pool::kInline, [](const Request& /*request*/) {
    Response response;
    response.body = api_description();
    return response;
  });
}

}  // namespace zenzefi::http
