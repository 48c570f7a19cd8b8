// What handlers have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "app/account/identify_account.hpp"
#include "app/account_tokens.hpp"
#include "app/limits/request_limits.hpp"
#include "domain/page.hpp"
#include "domain/user.hpp"
#include "http/error_response.hpp"
#include "http/input/credentials.hpp"
#include "http/json/writer.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

namespace zenzefi::http {

// `members(json::Writer&)` writes the members of the one object that is the body.
template <typename Members>
Response json_response(int status, Members&& members) {
  json::Writer writer;
  writer.object([&] { members(writer); });
  Response response;
  response.status = status;
  response.body = writer.text();
  return response;
}

// `members(json::Writer&, item)` writes the members of each item.
template <typename T, typename Members>
Response page_response(const domain::Page<T>& page, Members&& members) {
  return json_response(200, [&](json::Writer& writer) {
    writer.array("items", [&] {
      for (const T& item : page.items) {
        writer.object([&] { members(writer, item); });
      }
    });
    writer.member("total", page.total);
    writer.member("limit", page.request.limit);
    writer.member("offset", page.request.offset);
  });
}

// A handler for `handle(request, principal)`: only who proves by JWT to have an account gets there,
// and not more often than the limit allows.
template <typename Handle>
Handler for_account(app::IdentifyAccount& identify, Handle handle) {
  return [&identify, handle = std::move(handle)](const Request& request) -> Response {
    const domain::Result<app::Principal> principal = identify.run(bearer_of(request));
    if (!principal) {
      return error_response(principal.error());
    }
    if (const auto admitted = identify.admit(*principal); !admitted) {
      return too_many_requests(admitted.error());
    }
    return handle(request, *principal);
  };
}

// Whether it told somebody who guesses a password or a code that they were wrong. What counted
// against their address is given back otherwise: when it was right, and when nobody knows.
template <typename T>
bool is_wrong_guess(const domain::Result<T>& result) {
  return !result && (result.error().code == domain::ErrorCode::kUnauthenticated ||
                     result.error().code == domain::ErrorCode::kForbidden ||
                     result.error().code == domain::ErrorCode::kRuleViolated);
}

// The result of `attempt()`, in which somebody may guess, or kTooManyRequests after too many wrong
// guesses from their address. Counted before it is known to be wrong, so that guesses at the same
// moment count as well.
template <typename Attempt>
auto limited_guess(app::RequestLimits& limits, std::string_view address, Attempt&& attempt)
    -> std::invoke_result_t<Attempt&> {
  const auto counted = limits.sign_in(address);
  if (!counted) {
    return tl::unexpected{domain::Error{domain::ErrorCode::kTooManyRequests, {}, counted.error()}};
  }
  auto result = attempt();
  if (!is_wrong_guess(result)) {
    limits.give_back(*counted);
  }
  return result;
}

// As for_account(), for administrators alone.
template <typename Handle>
Handler for_admin(app::IdentifyAccount& identify, Handle handle) {
  return for_account(identify, [handle = std::move(handle)](const Request& request,
                                                            const app::Principal& principal) {
    if (principal.role != domain::Role::kAdmin) {
      return error_response(403, "Administrator role required");
    }
    return handle(request, principal);
  });
}

// The id in a path; empty when it is no UUID, which no thing of ours has.
[[nodiscard]] inline std::optional<Uuid> id_of(const Request& request, std::string_view parameter) {
  const auto found = request.path_parameters.find(std::string{parameter});
  return found == request.path_parameters.end() ? std::nullopt : Uuid::parse(found->second);
}

// 204
[[nodiscard]] inline Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

// All of an account that its owner may see.
void write_profile(json::Writer& writer, const domain::User& user);

}  // namespace zenzefi::http
