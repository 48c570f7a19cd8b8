// /currency: balance, purchase, transactions
#include "domain/ledger_entry.hpp"
#include "domain/validation.hpp"
#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "http/input/body.hpp"
#include "http/input/query.hpp"

namespace zenzefi::http {
namespace {

constexpr std::string_view kCurrency = "ZNC";

Response get_balance(app::GetBalance& use_case, const app::Principal& principal) {
  const domain::Result<domain::Money> balance = use_case.run(principal.user_id);
  if (!balance) {
    return error_response(balance.error());
  }
  return json_response(200, [&](json::Writer& writer) {
    writer.member("balance", *balance);
    writer.member("currency", kCurrency);
  });
}

Response purchase(app::PurchaseCredits& use_case, const Request& request,
                  const app::Principal& principal) {
  Body body{request};
  app::PurchaseCredits::Input input;
  input.user_id = principal.user_id;
  input.amount = body.money("amount", domain::deposit_problem);
  input.payment_method = body.text("payment_method", domain::payment_method_problem);
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

Response list_transactions(app::ListTransactions& use_case, const Request& request,
                           const app::Principal& principal) {
  Query query{request};
  const domain::PageRequest wanted = query.page();
  if (!query.ok()) {
    return query.refusal();
  }
  const auto page = use_case.run(principal.user_id, wanted);
  if (!page) {
    return error_response(page.error());
  }
  return page_response(*page, [](json::Writer& writer, const domain::LedgerEntry& entry) {
    writer.member("id", entry.id);
    writer.member("amount", entry.amount);
    writer.member("transaction_type", domain::to_string(entry.transaction_type));
    writer.member("description", entry.description);
    writer.member("created_at", entry.created_at);
  });
}

}  // namespace

void add_currency_routes(Router& router, const UseCases& use_cases) {
  app::IdentifyAccount& identify = use_cases.identify_account;
  router.add(
      Method::kGet, "/api/v1/currency/balance", Pool::kGeneral,
      for_account(identify, [&use_case = use_cases.get_balance](const Request& /*request*/,
                                                                const app::Principal& principal) {
        return get_balance(use_case, principal);
      }));
  router.add(Method::kPost, "/api/v1/currency/purchase", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.purchase_credits](
                                       const Request& request, const app::Principal& principal) {
               return purchase(use_case, request, principal);
             }));
  router.add(Method::kGet, "/api/v1/currency/transactions", Pool::kGeneral,
             for_account(identify, [&use_case = use_cases.list_transactions](
                                       const Request& request, const app::Principal& principal) {
               return list_transactions(use_case, request, principal);
             }));
}

}  // namespace zenzefi::http
