#include "infra/postgres/failure.hpp"

#include <array>
#include <string_view>

#include "infra/postgres/pqxx_compat.hpp"
#include "log/log.hpp"

namespace zenzefi::infra {
namespace {

using domain::Error;
using domain::ErrorCode;

// SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html
bool is_connection_lost(std::string_view state) {
  return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03" ||
         state == "57P04" || state == "25006";  // shutting down; a standby took the address over
}

bool is_overload(std::string_view state) {
  // resources; lock, statement and idle time-outs; the disk
  return state.starts_with("53") || state == "55P03" || state == "57014" || state == "25P03" ||
         state.starts_with("58");
}

struct ConstraintMeaning {
  std::string_view constraint;
  ErrorCode code;
  std::string_view detail;
};

constexpr std::array kConstraintMeanings{
    ConstraintMeaning{"users_email_key", ErrorCode::kRuleViolated, "Email already registered"},
    ConstraintMeaning{"users_username_key", ErrorCode::kRuleViolated, "Username already taken"},
    ConstraintMeaning{"users_currency_balance_not_negative", ErrorCode::kInsufficientBalance,
                      "Insufficient balance"},
    ConstraintMeaning{"access_tokens_revoked_once", ErrorCode::kConflict, "Token already revoked"},
};

// Only the message names the constraint, in every language and version quoted as it is called.
const ConstraintMeaning* find_meaning(std::string_view message) {
  for (const auto& meaning : kConstraintMeanings) {
    if (message.find(meaning.constraint) != std::string_view::npos) {
      return &meaning;
    }
  }
  return nullptr;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

Error internal() {
  return {ErrorCode::kInternal, "Internal server error"};
}

Failure lost(std::string_view message, bool repeatable) {
  log::warning("postgres connection lost", {{"reason", first_line(message)}});
  return {database_unavailable(), repeatable, true};
}

Failure from_sql(const pqxx::sql_error& error) {
  const std::string_view state = error.sqlstate();
  const std::string_view message = first_line(error.what());
  if (is_connection_lost(state)) {
    return lost(message, true);
  }
  if (state.starts_with("23")) {
    if (const auto* meaning = find_meaning(message)) {
      return {{meaning->code, std::string{meaning->detail}}};
    }
  }
  if (is_overload(state)) {
    log::warning("postgres is overloaded", {{"sqlstate", state}, {"message", message}});
    return {database_unavailable()};
  }
  log::error("postgres refused a statement", {{"sqlstate", state}, {"message", message}});
  return {internal()};
}

}  // namespace

Error database_unavailable() {
  return {ErrorCode::kUnavailable, "The database is not available, please try again"};
}

Failure current_failure() {
  try {
    throw;
  } catch (const Overtaken&) {
    return {database_unavailable(), true, false};
  } catch (const pqxx::in_doubt_error&) {
    return lost("within COMMIT, whose outcome is unknown", false);
  } catch (const pqxx::statement_completion_unknown&) {
    return lost("within a statement, whose outcome is unknown", false);
  } catch (const pqxx::transaction_rollback&) {
    // A deadlock or a serialization failure. In libpqxx 6 no sql_error, so it has no SQLSTATE.
    return {database_unavailable(), true, false};
  } catch (const pqxx::broken_connection& error) {
    return lost(error.what(), true);
  } catch (const pqxx::sql_error& error) {
    return from_sql(error);
  } catch (const std::exception& error) {
    log::error("exception in a unit of work", {{"what", first_line(error.what())}});
  } catch (...) {
    log::error("exception of an unknown type in a unit of work");
  }
  return {internal()};
}

}  // namespace zenzefi::infra
