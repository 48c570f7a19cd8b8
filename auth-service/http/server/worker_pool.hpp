// Threads that may block, behind a queue that may not grow without bound.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace zenzefi::http {

// Thread-safe.
class WorkerPool {
 public:
  using Job = std::function<void()>;  // must not throw

  // `name` shows in ps and top, cut to 15 characters. Block signals first: the threads inherit the
  // mask.
  WorkerPool(const std::string& name, std::size_t workers, std::size_t queue_size);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();  // drains

  // False, at once and without effect, when `queue_size` jobs wait already or drain() has begun.
  [[nodiscard]] bool try_submit(Job job);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t queued() const;
  // How often try_submit() has said no so far.
  [[nodiscard]] std::uint64_t refused() const;

  // Takes nothing new, finishes what was taken, joins the threads. Once, from one thread.
  void drain() noexcept;

 private:
  void work();

  const std::string name_;
  const std::size_t queue_size_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::uint64_t refused_ = 0;
  bool draining_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace zenzefi::http
