#include "tests/support/postgres_server.hpp"

#include <pwd.h>
#include <unistd.h>

#include <pqxx/pqxx>
#include <stdexcept>

#include "tests/support/free_port.hpp"

namespace zenzefi::test {
namespace {

constexpr char kBinaries[] = "/usr/lib/postgresql/15/bin/";
constexpr char kSystemUser[] = "postgres";  // PostgreSQL refuses to run as root

void hand_over(const std::filesystem::path& path) {
  if (::geteuid() != 0) {
    return;
  }
  const passwd* user = ::getpwnam(kSystemUser);
  if (user == nullptr || ::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("cannot give " + path.string() + " to the user postgres");
  }
}

}  // namespace

std::string DatabaseAddress::connection_string() const {
  return "host=" + host + " port=" + std::to_string(port) + " user=" + user +
         " password=" + password + " dbname=" + name + " connect_timeout=5";
}

Environment DatabaseAddress::environment() const {
  return {{"POSTGRES_SERVER", host},
          {"POSTGRES_PORT", std::to_string(port)},
          {"POSTGRES_USER", user},
          {"POSTGRES_PASSWORD", password},
          {"POSTGRES_DB", name}};
}

PostgresServer::PostgresServer()
    : dir_{"postgres"}, port_{free_port()}, password_{"test-superuser-password"} {
  hand_over(dir_.path());
  const auto password_file = dir_ / "password";
  write_file(password_file, password_ + "\n");
  hand_over(password_file);
  const auto [status, output] =
      run({.argv = {std::string{kBinaries} + "initdb", "--no-sync", "--auth=scram-sha-256",
                    "--username=postgres", "--pwfile=" + password_file.string(), "--encoding=UTF8",
                    "--locale=C.UTF-8", "--pgdata=" + (dir_ / "data").string()},
           .working_directory = dir_.path(),
           .user = kSystemUser},
          std::chrono::seconds{60});
  if (status != 0) {
    throw std::runtime_error("initdb: " + output);
  }
  start();
  pqxx::connection connection{superuser().connection_string()};
  pqxx::nontransaction work{connection};
  work.exec("CREATE ROLE zenzefi LOGIN PASSWORD 'test-password'");
}

PostgresServer::PostgresServer(const Replica& replica)
    : dir_{"postgres"}, port_{free_port()}, password_{replica.primary.password_} {
  hand_over(dir_.path());
  const auto [status, output] =
      run({.argv = {std::string{kBinaries} + "pg_basebackup", "--no-sync", "--checkpoint=fast",
                    "--wal-method=stream", "--write-recovery-conf",
                    "--pgdata=" + (dir_ / "data").string(),
                    "--dbname=" + replica.primary.superuser().connection_string()},
           .working_directory = dir_.path(),
           .user = kSystemUser},
          std::chrono::seconds{60});
  if (status != 0) {
    throw std::runtime_error("pg_basebackup: " + output);
  }
  start();
}

PostgresServer PostgresServer::replica_of(const PostgresServer& primary) {
  return PostgresServer{Replica{primary}};
}

PostgresServer::~PostgresServer() {
  if (process_ && process_->running()) {
    resume();
    kill();
  }
}

void PostgresServer::launch() {
  const auto setting = [](const std::string& name, const std::string& value) {
    return "--" + name + "=" + value;
  };
  process_.emplace(ProcessOptions{
      .argv = {std::string{kBinaries} + "postgres", "-D", (dir_ / "data").string(),
               setting("port", std::to_string(port_)), setting("listen_addresses", "127.0.0.1"),
               setting("unix_socket_directories", ""), setting("fsync", "off"),
               setting("synchronous_commit", "off"), setting("full_page_writes", "off"),
               setting("shared_buffers", "32MB"), setting("max_connections", "120"),
               setting("log_line_prefix", "%m [%p] %u@%d "), setting("timezone", "UTC")},
      .working_directory = dir_.path(),
      .output = dir_ / "log",
      .user = kSystemUser,
      .death_signal = SIGQUIT});
}

void PostgresServer::start() {
  launch();
  await(
      "PostgreSQL to accept connections (" + (dir_ / "log").string() + ")",
      [this] {
        if (!process_->running()) {
          // After kill() its other processes may take a moment to notice.
          if (log().find("is still in use") == std::string::npos) {
            throw std::runtime_error("PostgreSQL ended: " + log());
          }
          launch();
          return false;
        }
        try {
          const pqxx::connection connection{superuser().connection_string()};
          return connection.is_open();
        } catch (const pqxx::broken_connection&) {
          return false;
        }
      },
      std::chrono::seconds{60});
}

void PostgresServer::stop() {
  if (process_) {
    process_->stop(SIGINT, std::chrono::seconds{30});
  }
}

void PostgresServer::kill() {
  if (process_) {
    signal_all(SIGKILL);
    static_cast<void>(process_->wait());
  }
}

void PostgresServer::pause() {
  signal_all(SIGSTOP);
}

void PostgresServer::resume() {
  signal_all(SIGCONT);
}

void PostgresServer::signal_all(int number) {
  // The parent first: then it can start no further process meanwhile.
  process_->signal(number);
  for (const pid_t child : children_of(process_->pid())) {
    ::kill(child, number);
  }
}

DatabaseAddress PostgresServer::create_database() {
  const std::string name = "test_" + std::to_string(++databases_);
  pqxx::connection connection{superuser().connection_string()};
  pqxx::nontransaction work{connection};
  work.exec("CREATE DATABASE " + name + " OWNER zenzefi");
  return {.port = port_, .user = "zenzefi", .password = "test-password", .name = name};
}

DatabaseAddress PostgresServer::superuser(const std::string& database) const {
  return {.port = port_, .user = "postgres", .password = password_, .name = database};
}

std::string PostgresServer::log() const {
  return read_file(dir_ / "log");
}

PostgresServer& shared_postgres() {
  static PostgresServer server;
  return server;
}

}  // namespace zenzefi::test
