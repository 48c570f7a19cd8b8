// One connection to PostgreSQL, set up for the service.
#pragma once

#include <string>
#include <unordered_set>

#include "infra/postgres/pqxx_compat.hpp"
#include "infra/postgres/settings.hpp"

namespace zenzefi::infra {

enum class ConnectionPurpose {
  kService,         // with the time-outs of the settings
  kAdministration,  // migrations and the like: a statement may take as long as it needs
};

// Not thread-safe.
class Connection {
 public:
  // Throws pqxx::broken_connection.
  explicit Connection(const PostgresSettings& settings,
                      ConnectionPurpose purpose = ConnectionPurpose::kService);

  [[nodiscard]] pqxx::connection& pqxx() noexcept { return connection_; }
  [[nodiscard]] int descriptor() const { return connection_.sock(); }

  // False when the server has closed it, or said anything unasked (it does so to say goodbye).
  // Costs one poll(2); true is no promise.
  [[nodiscard]] bool looks_alive() const;

  // Prepares a statement on its first use.
  void ensure_prepared(const std::string& name, const char* sql);

 private:
  pqxx::connection connection_;
  pqxx_compat::Silence silence_;
  std::unordered_set<std::string> prepared_;
};

}  // namespace zenzefi::infra
