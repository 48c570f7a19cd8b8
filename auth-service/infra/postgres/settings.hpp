// How to reach PostgreSQL and how long to wait for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace zenzefi::infra {

struct PostgresSettings {
  std::string host = "127.0.0.1";  // a name, an address, or the directory of a Unix socket
  std::uint16_t port = 5432;
  std::string user = "zenzefi";
  std::string password;  // empty: none is sent
  std::string database = "zenzefi";
  std::string application_name = "zenzefi-auth";  // in pg_stat_activity

  std::size_t pool_min = 5;                          // connections kept open although idle
  std::size_t pool_max = 20;                         // connections at most, in use and idle
  std::chrono::milliseconds acquire_timeout{2'000};  // for a free connection, or a new one
  std::chrono::seconds idle_timeout{300};            // until an idle one above pool_min is closed

  std::chrono::seconds connect_timeout{3};  // libpq counts in whole seconds, 2 at least
  // The server ends a statement, or the wait for a lock, that takes longer.
  std::chrono::milliseconds statement_timeout{5'000};
  std::chrono::milliseconds lock_timeout{3'000};
  // A connection on which one transaction takes longer is cut off from this side: the server, or
  // the way to it, is gone without a word.
  std::chrono::milliseconds silence_timeout{8'000};
};

}  // namespace zenzefi::infra
