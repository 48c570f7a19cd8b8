// For a transaction that reads several tables, and must see all of them as they were at one moment.
#pragma once

namespace zenzefi::infra {

// Its first statement.
inline constexpr char kOneMoment[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

}  // namespace zenzefi::infra
