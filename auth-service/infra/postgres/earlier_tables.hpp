// Reads the tables of the earlier Python deployment; docs/moving-in.md lists their columns.
#pragma once

#include <string>

#include "app/moving/earlier_deployment.hpp"
#include "domain/error.hpp"

namespace zenzefi::infra {

// `users` and `access_tokens` in `schema`, at one moment, changing nothing. `dsn` is what libpq
// takes: a URL or key=value pairs. kUnavailable: the database or a table cannot be read; says why,
// without the password.
[[nodiscard]] domain::Result<app::EarlierDeployment> read_earlier_tables(const std::string& dsn,
                                                                         const std::string& schema);

}  // namespace zenzefi::infra
