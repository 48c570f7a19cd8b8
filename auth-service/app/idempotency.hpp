// A purchase that is made once however often it is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/store/idempotency_store.hpp"
#include "domain/error.hpp"

namespace zenzefi::app {

struct IdempotentRequest {
  IdempotencyScope scope;
  std::string fingerprint;
};

// Empty without a key. `body` is the request in a form that is the same for equal requests, and for
// no others. kRuleViolated: the key breaks domain::idempotency_key_problem().
[[nodiscard]] domain::Result<std::optional<IdempotentRequest>> idempotent_request(
    const Uuid& user_id, IdempotentCall call, const std::optional<std::string>& key,
    std::string_view body);

// Takes the key for the ledger entry `transaction_id`, or returns the entry that has it already.
// kConflict: for another request.
[[nodiscard]] domain::Result<Uuid> claim(IdempotencyStore& store, const IdempotentRequest& request,
                                         const Uuid& transaction_id, Timestamp now);

}  // namespace zenzefi::app
