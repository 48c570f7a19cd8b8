// A PostgreSQL of the test's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {

// How to reach one database.
struct DatabaseAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string user = {};
  std::string password = {};
  std::string name = {};

  // As libpq reads it.
  [[nodiscard]] std::string connection_string() const;
  // As the service reads it: POSTGRES_SERVER, _PORT, _USER, _PASSWORD, _DB.
  [[nodiscard]] Environment environment() const;
};

// Started by the constructor on 127.0.0.1 with SCRAM passwords, without fsync. Not thread-safe.
class PostgresServer {
 public:
  PostgresServer();
  ~PostgresServer();
  // A streaming replica, with the primary's databases and passwords.
  [[nodiscard]] static PostgresServer replica_of(const PostgresServer& primary);

  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // A new, empty database owned by `zenzefi`, which is no superuser and may not create others.
  [[nodiscard]] DatabaseAddress create_database();

  // The superuser's way into `database`.
  [[nodiscard]] DatabaseAddress superuser(const std::string& database = "postgres") const;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  void start();  // on the same port, with the same data
  void stop();   // ends every connection at once; statements under way fail
  void kill();   // SIGKILL for all its processes
  // Nothing is answered and no connection ends, until resume(): a host that is gone.
  void pause();
  void resume();

  // What it has logged; statements that failed are in it.
  [[nodiscard]] std::string log() const;

 private:
  struct Replica {
    const PostgresServer& primary;
  };
  explicit PostgresServer(const Replica& replica);

  void launch();
  void signal_all(int number);

  TempDir dir_;
  std::uint16_t port_;
  std::string password_;
  std::optional<Process> process_;
  int databases_ = 0;
};

// One for all tests of an executable that do it no harm, each with a database of its own. It is
// started when it is first asked for, and ends with the executable.
[[nodiscard]] PostgresServer& shared_postgres();

}  // namespace zenzefi::test
