#include "infra/postgres/replicated_database.hpp"

#include "log/log.hpp"

namespace zenzefi::infra {
namespace {

// As a value of Result<bool>: what run() and read() hand on is a success with something in it.
template <typename Callback>
auto as_work(const Callback& callback) {
  return [&callback](auto& transaction) -> domain::Result<bool> {
    return callback(transaction).map([] { return true; });
  };
}

domain::Result<void> without_value(const domain::Result<bool>& result) {
  return result.map([](bool /*done*/) {});
}

}  // namespace

domain::Result<void> ReplicatedDatabase::execute(const Callback& callback) {
  return without_value(primary_.run(as_work(callback)));
}

domain::Result<void> ReplicatedDatabase::execute_read(const ReadCallback& callback) {
  if (now_() >= away_until_.load()) {
    auto done = without_value(replica_.read(as_work(callback)));
    if (done || done.error().code != domain::ErrorCode::kUnavailable) {
      return done;
    }
    away_until_ = now_() + kPause;  // from the end of the attempt, which may have taken longer
    log::warning("the read replica cannot answer; the primary does");
  }
  return without_value(primary_.read(as_work(callback)));
}

}  // namespace zenzefi::infra
