// What an operator does to all data at once.
#pragma once

#include "domain/error.hpp"
#include "infra/postgres/settings.hpp"

namespace zenzefi::infra {

// Deletes every row and keeps the schema. One transaction. What Redis holds is the caller's to
// clear. kUnavailable, kInternal.
[[nodiscard]] domain::Result<void> clear_data(const PostgresSettings& settings);

}  // namespace zenzefi::infra
