#include "commands/inform_worker.hpp"

#include <cstdint>

#include "log/log.hpp"

namespace zenzefi::commands {

InformWorker::InformWorker(app::Database& database, app::GrantCache& cache, const Clock& clock)
    : inform_cache_(database, cache, clock), thread_([this] { return round(); }) {}

std::chrono::milliseconds InformWorker::round() {
  const auto done = inform_cache_.run();
  if (done.has_value() != informed_) {
    informed_ = done.has_value();
    if (informed_) {
      log::info("redis is told of revocations again");
    } else {
      log::warning("redis is not told of revocations", {{"reason", done.error().detail}});
    }
  }
  if (!done) {
    return app::kInformInterval;
  }
  if (done->restored > 0) {
    log::info("revocations told to another redis",
              {{"count", static_cast<std::int64_t>(done->restored)}});
  }
  if (done->delivered > 0) {
    log::info("revocations and extensions delivered late",
              {{"count", static_cast<std::int64_t>(done->delivered)}});
  }
  return done->more ? std::chrono::milliseconds{0} : app::kInformInterval;
}

}  // namespace zenzefi::commands
