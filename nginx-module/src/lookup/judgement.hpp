// What may be decided from what L1 found.
#pragma once

#include <chrono>
#include <optional>

#include "decision.hpp"
#include "l1/cache.hpp"

namespace zenzefi::gateway {

// Empty when Redis or the service must be asked: there is no entry, something may have changed
// unheard since it was made, or it was last confirmed `unconfirmed` ago or earlier.
[[nodiscard]] std::optional<Verdict> judge(const Finding& finding, Moment now,
                                           std::chrono::milliseconds unconfirmed) noexcept;

// The decision that such a verdict on the finding makes.
[[nodiscard]] inline Decision decision_of(const Finding& finding, Verdict verdict) noexcept {
  const bool is_refusal = finding.kind == Finding::Kind::kRefused;
  return {verdict, is_refusal ? Origin::kNegative : Origin::kL1, finding.grant};
}

// When nobody can be asked: a grant that was confirmed less than `unconfirmed` ago still passes.
[[nodiscard]] Decision judge_in_outage(const Finding& finding, Moment now,
                                       std::chrono::milliseconds unconfirmed) noexcept;

}  // namespace zenzefi::gateway
