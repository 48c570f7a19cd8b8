#include "infra/postgres/row_reader.hpp"

#include <stdexcept>
#include <string_view>

#include "shared/hex.hpp"

namespace zenzefi::infra {
namespace {

template <typename T>
T must_be(std::optional<T> value, const char* what) {
  if (!value) {
    throw std::runtime_error(std::string{"a column is no "} + what);
  }
  return std::move(*value);
}

}  // namespace

pqxx::field RowReader::next() {
  return row_[column_++];
}

std::string RowReader::text() {
  return next().as<std::string>();
}

std::string RowReader::text_or_empty() {
  return optional_text().value_or(std::string{});
}

std::optional<std::string> RowReader::optional_text() {
  const pqxx::field field = next();
  if (field.is_null()) {
    return std::nullopt;
  }
  return field.as<std::string>();
}

std::string RowReader::bytes() {
  const std::string escaped = text();
  std::string out;
  if (escaped.starts_with("\\x")) {
    out.resize((escaped.size() - 2) / 2);
    if (hex_decode(std::string_view{escaped}.substr(2),
                   {reinterpret_cast<std::uint8_t*>(out.data()), out.size()})) {
      return out;
    }
  }
  throw std::runtime_error("a column is no bytea in hexadecimal");
}

Uuid RowReader::uuid() {
  return must_be(Uuid::parse(text()), "uuid");
}

std::optional<Uuid> RowReader::optional_uuid() {
  const auto written = optional_text();
  if (!written) {
    return std::nullopt;
  }
  return must_be(Uuid::parse(*written), "uuid");
}

TokenHash RowReader::token_hash() {
  const std::string written = text();
  return must_be(TokenHash::from_hex(std::string_view{written}.substr(2)), "hash");
}

domain::Money RowReader::money() {
  return must_be(domain::Money::parse(text()), "amount");
}

Timestamp RowReader::time() {
  return Timestamp{std::chrono::seconds{integer()}};
}

std::optional<Timestamp> RowReader::optional_time() {
  const pqxx::field field = next();
  if (field.is_null()) {
    return std::nullopt;
  }
  return Timestamp{std::chrono::seconds{field.as<std::int64_t>()}};
}

bool RowReader::flag() {
  return next().as<bool>();
}

std::int64_t RowReader::integer() {
  return next().as<std::int64_t>();
}

std::optional<std::int64_t> RowReader::optional_integer() {
  const pqxx::field field = next();
  return field.is_null() ? std::nullopt : std::optional{field.as<std::int64_t>()};
}

std::uint32_t RowReader::hours() {
  return next().as<std::uint32_t>();
}

}  // namespace zenzefi::infra
