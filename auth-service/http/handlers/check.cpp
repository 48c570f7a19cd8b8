// The token check for nginx and its like: status and headers alone, see shared/check.hpp. A body
// would cost a caller that reads none its connection.
#include "shared/check.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/handlers/respond.hpp"
#include "http/handlers/routes.hpp"
#include "shared/token.hpp"

namespace zenzefi::http {
namespace {

std::string_view to_string(app::Refusal refusal) {
  switch (refusal) {
    case app::Refusal::kExpired:
      return check::kReasonExpired;
    case app::Refusal::kRevoked:
      return check::kReasonRevoked;
    case app::Refusal::kUnknown:
      break;
  }
  return check::kReasonUnknown;
}

Response granted(const Grant& grant) {
  Response response;
  response.status = 204;
  response.headers.reserve(5);
  response.headers.emplace_back(check::kUserIdHeader, grant.user_id.to_string());
  response.headers.emplace_back(check::kTokenIdHeader, grant.token_id.to_string());
  response.headers.emplace_back(check::kExpiresAtHeader, format_timestamp(grant.expires_at));
  response.headers.emplace_back(check::kDurationHeader, std::to_string(grant.duration_hours));
  return response;
}

Response refused(app::Refusal refusal) {
  Response response;
  response.status = 401;
  response.headers.emplace_back(check::kReasonHeader, to_string(refusal));
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response without_body(Response response) {
  response.body.clear();
  return response;
}

Response response_of(const domain::Result<app::CheckToken::Output>& output) {
  if (!output) {
    return without_body(error_response(output.error()));
  }
  if (const auto* grant = std::get_if<Grant>(&*output)) {
    return granted(*grant);
  }
  return refused(std::get<app::Refusal>(*output));
}

// What a request asks about, or the answer to one that asks about nothing.
using Question = tl::expected<TokenHash, Response>;

Question token_of(const Request& request) {
  const auto token = access_token_of(request);
  if (!token || !is_plausible_token(*token)) {
    return tl::unexpected{refused(app::Refusal::kUnknown)};
  }
  const auto hash = hash_token(*token);
  if (!hash) {
    return tl::unexpected{without_body(internal_error("hashing a token failed"))};
  }
  return *hash;
}

Question hash_of(const Request& request) {
  const auto hash = TokenHash::from_hex(request.header(check::kTokenHashHeader).value_or(""));
  if (!hash) {
    return tl::unexpected{error_response(400, "X-Access-Token-Hash must be 64 hexadecimal digits")};
  }
  return *hash;
}

Response check(app::CheckToken& use_case, const Question& question) {
  return question ? response_of(use_case.run(*question)) : question.error();
}

void check_together(app::CheckToken& use_case, const std::vector<Question>& questions,
                    const Answer& answer) {
  std::vector<TokenHash> hashes;
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < questions.size(); ++place) {
    const Question& question = questions[place];
    if (question) {
      hashes.push_back(*question);
      places.push_back(place);
    } else {
      answer(place, question.error());
    }
  }
  use_case.run_in_use(hashes,
                      [&](std::size_t i, const domain::Result<app::CheckToken::Output>& output) {
                        answer(places[i], response_of(output));
                      });
}

std::shared_ptr<const BatchHandler> checking(app::CheckToken& use_case,
                                             Question (*question_of)(const Request&)) {
  return std::make_shared<const BatchHandler>(
      [&use_case, question_of](std::span<const Request* const> requests, const Answer& answer) {
        std::vector<Question> questions;
        for (const Request* const request : requests) {
          questions.push_back(question_of(*request));
        }
        if (questions.size() == 1) {
          answer(0, check(use_case, questions.front()));
        } else {
          check_together(use_case, questions, answer);
        }
      });
}

}  // namespace

void add_check_routes(Router& router, const UseCases& use_cases) {
  router.add(Method::kGet, std::string{check::kGrantPath}, Pool::kCheck,
             checking(use_cases.check_token, hash_of));
  const auto by_token = checking(use_cases.check_token, token_of);
  // Envoy's ext_authz asks with the method of the request it asks about, and with its path behind
  // the prefix.
  for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kPatch,
                              Method::kDelete, Method::kOptions}) {
    router.add(method, std::string{check::kCheckPath}, Pool::kCheck, by_token);
    router.add(method, std::string{check::kCheckPath} + "/{path...}", Pool::kCheck, by_token);
  }
}

}  // namespace zenzefi::http
