#include "infra/postgres/watchdog.hpp"

#include <sys/socket.h>

#include <utility>

#include "log/log.hpp"

namespace zenzefi::infra {

using std::chrono::steady_clock;

Watchdog::Watch::Watch(Watch&& other) noexcept
    : dog_{std::exchange(other.dog_, nullptr)}, id_{other.id_} {}

bool Watchdog::Watch::stop() noexcept {
  Watchdog* dog = std::exchange(dog_, nullptr);
  return dog != nullptr && !dog->forget(id_);
}

Watchdog::Watchdog(std::chrono::milliseconds patience)
    : patience_{patience}, thread_{[this] { run(); }} {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Watchdog::Watch Watchdog::watch(int descriptor) {
  const std::lock_guard lock{mutex_};
  const std::uint64_t id = next_id_++;
  watched_.emplace(id, Watched{descriptor, steady_clock::now() + patience_});
  if (watched_.size() == 1) {
    changed_.notify_one();
  }
  return {*this, id};
}

bool Watchdog::forget(std::uint64_t id) noexcept {
  const std::lock_guard lock{mutex_};
  return watched_.erase(id) != 0;
}

void Watchdog::run() {
  std::unique_lock lock{mutex_};
  while (!ending_) {
    if (watched_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = watched_.begin();
    const auto deadline = first->second.deadline;
    if (steady_clock::now() >= deadline) {
      log::warning("postgres connection cut: no end of a transaction in time",
                   {{"after_ms", std::int64_t{patience_.count()}}});
      ::shutdown(first->second.descriptor, SHUT_RDWR);
      watched_.erase(first);
      continue;
    }
    changed_.wait_until(lock, deadline);
  }
}

}  // namespace zenzefi::infra
