#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <variant>

#include "app/database.hpp"
#include "app/grant_cache.hpp"
#include "app/tokens/refusal.hpp"
#include "shared/clock.hpp"
#include "shared/grant.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

// Decides whether a token lets its bearer pass, starts its clock at the first use, and leaves the
// grant where nginx looks first. Thread-safe.
class CheckToken {
 public:
  using Output = std::variant<Grant, Refusal>;

  CheckToken(Database& database, GrantCache& cache, const Clock& clock)
      : database_(database), cache_(cache), clock_(clock) {}

  // An unreachable cache is no reason to refuse. kUnavailable: the database cannot tell.
  domain::Result<Output> run(const TokenHash& hash);

  // The same for several, which may be the same ones, in a round trip to the database and one to
  // the cache for all of them: `answer` gets what became of the hash at that place, of each at most
  // once. Those that would be a first use are left out: it takes longer, and can wait for others.
  using Answer = std::function<void(std::size_t place, domain::Result<Output> output)>;
  void run_in_use(std::span<const TokenHash> hashes, const Answer& answer);

 private:
  domain::Result<Output> activate(const TokenHash& hash, const Uuid& token_id);

  Database& database_;
  GrantCache& cache_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
