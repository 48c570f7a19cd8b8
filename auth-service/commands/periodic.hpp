// A thread that does one thing again and again until it is told to stop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace zenzefi::commands {

// Starts at once; the destructor waits for the run under way. Not thread-safe itself.
class Periodic {
 public:
  // `work` says how long to wait before the next run (zero: not at all). It must not throw.
  using Work = std::function<std::chrono::milliseconds()>;

  explicit Periodic(Work work);
  ~Periodic();
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

 private:
  void loop();

  Work work_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace zenzefi::commands
