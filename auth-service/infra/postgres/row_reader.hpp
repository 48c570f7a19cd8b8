// Reads the columns of a row one after another, as the types of the domain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/money.hpp"
#include "infra/postgres/pqxx_compat.hpp"
#include "shared/timestamp.hpp"
#include "shared/token.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::infra {

// Every method takes the next column; a value that is not of its type is our bug and throws
// std::runtime_error. Statements read times as ZENZEFI_EPOCH.
class RowReader {
 public:
  explicit RowReader(const pqxx::row& row) : row_(row) {}

  std::string text();
  std::string text_or_empty();
  std::optional<std::string> optional_text();
  std::string bytes();
  Uuid uuid();
  std::optional<Uuid> optional_uuid();
  TokenHash token_hash();
  domain::Money money();
  Timestamp time();
  std::optional<Timestamp> optional_time();
  bool flag();
  std::int64_t integer();
  std::optional<std::int64_t> optional_integer();
  std::uint32_t hours();

 private:
  pqxx::field next();

  const pqxx::row& row_;
  pqxx::row::size_type column_ = 0;
};

}  // namespace zenzefi::infra
