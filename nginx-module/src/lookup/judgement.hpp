// What may be decided from what L1 found.
#pragma once

#include <chrono>
#include <optional>

#include "decision.hpp"
#include "l1/cache.hpp"

namespace zenzefi::gateway {

// Empty when Redis or the service must be asked: there is no entry, something may have changed
// unheard since it was made, or it was last confirmed `unconfirmed` ago or earlier.
[[nodiscard]] std::optional<Decision> judge(const Finding& finding, Moment now,
                                            std::chrono::milliseconds unconfirmed) noexcept;

// When nobody can be asked: a grant that was confirmed less than `unconfirmed` ago still passes.
[[nodiscard]] Decision judge_in_outage(const Finding& finding, Moment now,
                                       std::chrono::milliseconds unconfirmed) noexcept;

}  // namespace zenzefi::gateway
