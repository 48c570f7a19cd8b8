#pragma once

#include "app/database.hpp"

namespace zenzefi::app {

// Who is connected through nginx right now: for administrators. Thread-safe.
class ListProxySessions {
 public:
  using Output = domain::Page<ProxySessionStore::LiveSession>;

  explicit ListProxySessions(Database& database) : database_(database) {}

  domain::Result<Output> run(const domain::PageRequest& page) {
    return database_.read([&](const Transaction& transaction) -> domain::Result<Output> {
      return transaction.proxy_sessions().list_live(page);
    });
  }

 private:
  Database& database_;
};

}  // namespace zenzefi::app
