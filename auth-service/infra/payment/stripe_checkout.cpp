#include "infra/payment/stripe_checkout.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <cstdint>

#include "infra/payment/stripe_signature.hpp"

namespace zenzefi::infra {
namespace {

using domain::ErrorCode;
using rapidjson::Value;
using Read = domain::Result<std::optional<app::ReceivedPayment>>;

constexpr unsigned kStrictly =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
constexpr std::size_t kMaxReference = 255;
constexpr std::int64_t kMaxPaid = 1'000'000'000'000;

const Value* member(const Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

// Empty when it is not there or no string.
std::string_view text(const Value& object, const char* name) {
  const Value* const value = member(object, name);
  return value != nullptr && value->IsString()
             ? std::string_view{value->GetString(), value->GetStringLength()}
             : std::string_view{};
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool tells_of_money(const Value& event, const Value& session) {
  const std::string_view type = text(event, "type");
  // Unpaid: the money comes later, with async_payment_succeeded, or never.
  return (type == "checkout.session.completed" ||
          type == "checkout.session.async_payment_succeeded") &&
         text(session, "payment_status") == "paid";
}

app::ReceivedPayment receive(const Value& session, const StripeOptions& options) {
  app::ReceivedPayment payment;
  payment.reference = text(session, "id");
  payment.user_id = Uuid::parse(text(session, "client_reference_id"));
  const std::string_view currency = text(session, "currency");
  const Value* const amount = member(session, "amount_total");
  if (amount == nullptr || !amount->IsInt64() || amount->GetInt64() <= 0 ||
      amount->GetInt64() > kMaxPaid || !is_printable(currency)) {
    payment.paid = "unreadable";
    payment.problem = "its amount cannot be read";
    return payment;
  }
  payment.paid = std::to_string(amount->GetInt64()) + " " + std::string{currency.substr(0, 16)};
  payment.credits = options.credits_per_hundred.share(amount->GetInt64(), 100);
  if (currency != options.currency) {
    payment.problem = "it is not in " + options.currency;
  } else if (payment.credits <= domain::Money{}) {
    payment.problem = "it is too little for 0.01 credits";
  }
  return payment;
}

}  // namespace

domain::Result<void> StripeCheckout::accepts_charges() const {
  return domain::fail(ErrorCode::kUnavailable,
                      "Credits are bought at the checkout page, and booked once it reports the "
                      "payment");
}

Read StripeCheckout::read(const app::PaymentNotice& notice) const {
  if (!is_signed(notice.signature, notice.body, options_.webhook_secret, clock_.now())) {
    return domain::fail(ErrorCode::kRuleViolated, "The signature is not valid");
  }
  rapidjson::Document event;
  event.Parse<kStrictly>(notice.body.data(), notice.body.size());
  if (event.HasParseError() || !event.IsObject()) {
    return domain::fail(ErrorCode::kRuleViolated, "The event cannot be read");
  }
  const Value* const data = member(event, "data");
  const Value* const session =
      data != nullptr && data->IsObject() ? member(*data, "object") : nullptr;
  if (session == nullptr || !session->IsObject() || !tells_of_money(event, *session)) {
    return std::nullopt;
  }
  const std::string_view reference = text(*session, "id");
  if (reference.empty() || reference.size() > kMaxReference || !is_printable(reference)) {
    return domain::fail(ErrorCode::kRuleViolated, "The event names no checkout session");
  }
  return receive(*session, options_);
}

}  // namespace zenzefi::infra
