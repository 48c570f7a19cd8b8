#include "infra/postgres/connection.hpp"

#include <poll.h>

#include <initializer_list>
#include <string_view>
#include <utility>

namespace zenzefi::infra {
namespace {

constexpr std::chrono::seconds kAdministrationLockTimeout{60};

// libpq's keyword = 'value' syntax.
std::string quoted(std::string_view value) {
  std::string out{"'"};
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + "'";
}

std::string session_options(const PostgresSettings& settings, ConnectionPurpose purpose) {
  const bool service = purpose == ConnectionPurpose::kService;
  const auto statement = service ? settings.statement_timeout : std::chrono::milliseconds{0};
  const auto lock =
      service ? settings.lock_timeout : std::chrono::milliseconds{kAdministrationLockTimeout};
  return "-c TimeZone=UTC -c client_min_messages=error -c statement_timeout=" +
         std::to_string(statement.count()) + " -c lock_timeout=" + std::to_string(lock.count()) +
         " -c idle_in_transaction_session_timeout=" + std::to_string(statement.count());
}

std::string connection_string(const PostgresSettings& settings, ConnectionPurpose purpose) {
  const std::initializer_list<std::pair<std::string_view, std::string>> parameters{
      {"host", settings.host},
      {"port", std::to_string(settings.port)},
      {"user", settings.user},
      {"password", settings.password},
      {"dbname", settings.database},
      {"application_name", settings.application_name},
      {"connect_timeout", std::to_string(settings.connect_timeout.count())},
      {"client_encoding", "UTF8"},
      {"options", session_options(settings, purpose)},
      {"keepalives_idle", "30"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", std::to_string(settings.silence_timeout.count())},
  };
  std::string out;
  for (const auto& [name, value] : parameters) {
    out.append(name).append("=").append(quoted(value)).append(" ");
  }
  return out;
}

}  // namespace

Connection::Connection(const PostgresSettings& settings, ConnectionPurpose purpose)
    : connection_{connection_string(settings, purpose)}, silence_{connection_} {
  pqxx_compat::forbid_reconnecting(connection_);
  pqxx_compat::keep_errors_terse(connection_);
}

bool Connection::looks_alive() const {
  if (!connection_.is_open()) {
    return false;
  }
  pollfd waiting{.fd = descriptor(), .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, 0) == 0;
}

void Connection::ensure_prepared(const std::string& name, const char* sql) {
  if (prepared_.contains(name)) {
    return;
  }
  connection_.prepare(name, sql);
  prepared_.insert(name);
}

}  // namespace zenzefi::infra
