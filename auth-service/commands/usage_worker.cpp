#include "commands/usage_worker.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "log/log.hpp"

namespace zenzefi::commands {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWait{500};  // as long as the end of the service may have to wait for it
constexpr milliseconds kRetry{500};
// What comes in a pause is added up: a session that goes on is written once for several of nginx's
// seconds.
constexpr std::size_t kSessionsAMillisecond = 2;
constexpr milliseconds kLongestPause{5000};
constexpr std::chrono::seconds kFinishInterval{30};

milliseconds pause_after(std::size_t sessions) {
  return std::min(kLongestPause, milliseconds{sessions / kSessionsAMillisecond});
}

}  // namespace

UsageWorker::UsageWorker(app::Database& database, infra::RedisUsageQueueOptions queue,
                         const Clock& clock)
    : batch_(queue.batch),
      queue_(std::move(queue)),
      consume_usage_(database, queue_, clock),
      finish_sessions_(database, queue_, clock),
      thread_([this] { return round(); }) {}

milliseconds UsageWorker::round() {
  const auto done = consume_usage_.run(kWait);
  if (done.has_value() != reachable_) {
    reachable_ = done.has_value();
    if (reachable_) {
      log::info("usage is counted again");
    } else {
      log::warning("usage waits", {{"reason", done.error().detail}});
    }
  }
  if (!done) {
    return kRetry;
  }
  if (done->discarded > 0) {
    log::error("usage discarded", {{"entries", static_cast<std::int64_t>(done->discarded)}});
  }
  const std::size_t taken = done->counted + done->repeated + done->discarded;
  finish_sessions();
  return taken < batch_ ? pause_after(done->sessions) : milliseconds{0};
}

void UsageWorker::finish_sessions() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_finish_ && finish_sessions_.run()) {
    next_finish_ = now + kFinishInterval;
  }
}

std::string usage_consumer_name(std::uint16_t port) {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) {
    host.fill('\0');
  }
  return std::string{host.data()} + ":" + std::to_string(port);
}

}  // namespace zenzefi::commands
