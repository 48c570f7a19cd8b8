#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "app/database.hpp"
#include "app/limits/request_limits.hpp"
#include "app/one_time_codes.hpp"
#include "app/token_sealer.hpp"
#include "domain/error.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

enum class CodeMatch { kWrong, kOneTimeCode, kBackupCode };

// Holds what somebody typed against their second factor. Thread-safe.
class SecondFactorCheck {
 public:
  SecondFactorCheck(TokenSealer& sealer, const OneTimeCodes& codes, RequestLimits& limits,
                    const Clock& clock)
      : sealer_(sealer), codes_(codes), limits_(limits), clock_(clock) {}

  // The result of `attempt()`, which asks use() and fails with `wrong` for a wrong code, or
  // kTooManyRequests after too many of those: guesses from many addresses are guesses at one
  // account. Only for who has shown to be its owner in another way, lest others lock it. Not inside
  // a transaction.
  template <typename Attempt>
  auto limited(const Uuid& user_id, domain::ErrorCode wrong, Attempt&& attempt)
      -> std::invoke_result_t<Attempt&> {
    // Counted before it is known to be wrong, so that guesses at the same moment count as well.
    const auto counted = limits_.one_time_code(user_id);
    if (!counted) {
      return tl::unexpected{
          domain::Error{domain::ErrorCode::kTooManyRequests, {}, counted.error()}};
    }
    auto result = attempt();
    if (result || result.error().code != wrong) {
      limits_.give_back(*counted);
    }
    return result;
  }

  // A code that is right is used up. The user's row is held. Spaces and hyphens do not count, as
  // people copy them from where codes are shown in groups. kInternal: the secret does not open.
  [[nodiscard]] domain::Result<CodeMatch> use(Transaction& transaction, const Uuid& user_id,
                                              const SecondFactor& factor, std::string_view code);

 private:
  domain::Result<CodeMatch> use_one_time_code(Transaction& transaction, const Uuid& user_id,
                                              const SecondFactor& factor, std::string_view code);

  TokenSealer& sealer_;
  const OneTimeCodes& codes_;
  RequestLimits& limits_;
  const Clock& clock_;
};

// Of somebody who changed their own second factor, or used it.
[[nodiscard]] AuditLog::NewEntry two_factor_entry(domain::AuditAction action, const Uuid& user_id,
                                                  const std::string& ip_address);

}  // namespace zenzefi::app
