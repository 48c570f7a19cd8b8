// /payments/webhook: what the payment provider says by itself
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"

namespace zenzefi::http {
namespace {

using Outcome = app::ReceivePayment::Outcome;

Response receive(app::ReceivePayment& use_case, const Request& request) {
  const domain::Result<Outcome> outcome = use_case.run(
      {.signature = request.header("Stripe-Signature").value_or(""), .body = request.body});
  if (!outcome) {
    return error_response(outcome.error());
  }
  // Whatever became of it, the provider need not tell us again.
  Response response =
      json_response(200, [](json::Writer& writer) { writer.member("received", true); });
  if (*outcome == Outcome::kHeld) {
    response.log_note = "a payment could not be booked and is held: see zenzefi-auth reconcile";
  }
  return response;
}

}  // namespace

void add_payment_routes(Router& router, const UseCases& use_cases) {
  router.add(Method::kPost, "/api/v1/payments/webhook", Pool::kGeneral,
             [&use_case = use_cases.receive_payment](const Request& request) {
               return receive(use_case, request);
             });
}

}  // namespace zenzefi::http
