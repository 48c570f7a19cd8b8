// The real listeners, pools and threads, with handlers that need nothing else.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "http/service.hpp"

namespace zenzefi::test {

// Holds whoever arrives until it is opened. Thread-safe.
class Gate {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --waiting_;
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }
  void await_waiting(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t waiting_ = 0;
  bool open_ = false;
};

// Routes: GET and POST /echo/{id} answer {"id":"<id>"}, in a pool; GET /inline/{id} the same on the
// IO thread; GET /gate waits in the general pool; GET /together/{id} is answered as /echo/{id}, the
// last of a batch first, but for the ids "later", unless it comes alone, and "never", until it
// meets "throw"; POST /large answers with the largest body there may be; GET /throws and
// /throws-oddly.
class RunningService {
 public:
  explicit RunningService(const http::PoolOptions& pools = {});

  [[nodiscard]] std::uint16_t port() const { return service_.public_port(); }
  [[nodiscard]] std::uint16_t internal_port() const { return service_.internal_port(); }
  [[nodiscard]] std::string url(const std::string& path) const;
  [[nodiscard]] std::string metrics() const;
  // Requests whose handler has answered.
  [[nodiscard]] std::size_t answered() const { return answered_; }

  // The ids of /together that came together.
  [[nodiscard]] std::vector<std::vector<std::string>> batches() const;

  Gate gate;
  http::Service& service() { return service_; }

 private:
  http::Router routes();
  void answer_together(std::span<const http::Request* const> requests, const http::Answer& answer);

  mutable std::mutex mutex_;
  std::vector<std::vector<std::string>> batches_;
  std::atomic<std::size_t> answered_{0};
  http::Service service_;
};

}  // namespace zenzefi::test
