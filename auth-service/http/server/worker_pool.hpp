// Threads that may block, behind a queue that may not grow without bound.
#pragma once

#include <condition_variable>
#include <cstddef>
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

  // Takes nothing new, finishes what was taken, joins the threads. Once, from one thread.
  void drain() noexcept;

 private:
  void work();

  const std::size_t queue_size_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool draining_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace zenzefi::http
