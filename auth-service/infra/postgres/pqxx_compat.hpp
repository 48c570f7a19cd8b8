// libpqxx, 6.4 and 7.x alike. Nothing else includes it.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <span>
#include <string>
#include <vector>

namespace zenzefi::infra::pqxx_compat {

// 6.x reconnects a lost connection silently, in the state of a fresh one, behind the back of
// whoever holds it. 7.x does not.
inline void forbid_reconnecting([[maybe_unused]] pqxx::connection& connection) {
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
}

// Error messages without DETAIL, which quotes the values of the row.
inline void keep_errors_terse(pqxx::connection& connection) {
#if PQXX_VERSION_MAJOR < 7
  connection.set_verbosity(pqxx::connection::terse);
#else
  connection.set_verbosity(pqxx::error_verbosity::terse);
#endif
}

// Keeps what the server and libpqxx remark off stderr, for as long as it lives: every failure
// arrives as an exception as well. Declare it after its connection.
#if PQXX_VERSION_MAJOR < 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR < 10)
using Silence = pqxx::quiet_errorhandler;
#else
class Silence {
 public:
  explicit Silence(pqxx::connection& connection) {
    connection.set_notice_handler([](pqxx::zview) noexcept {});
  }
};
#endif

inline pqxx::result execute_prepared(pqxx::transaction_base& transaction, const std::string& name,
                                     std::span<const std::optional<std::string>> parameters) {
#if PQXX_VERSION_MAJOR < 7
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters) {
    values.push_back(parameter ? parameter->c_str() : nullptr);
  }
  return transaction.exec_prepared(name, pqxx::prepare::make_dynamic_params(values));
#else
  pqxx::params values;
  for (const auto& parameter : parameters) {
    values.append(parameter);
  }
#if PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR < 10
  return transaction.exec_prepared(name, values);
#else
  return transaction.exec(pqxx::prepped{name}, values);
#endif
#endif
}

}  // namespace zenzefi::infra::pqxx_compat
