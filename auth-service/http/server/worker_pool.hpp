// Threads that may block, behind a queue that may not grow without bound.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace zenzefi::http {

// Thread-safe. `Job` can be moved.
template <typename Job>
class WorkerPool {
 public:
  using Batch = std::list<Job>;
  // At least one job, and no more than kLargestBatch; must not throw.
  using Run = std::function<void(Batch&)>;
  // Whether two jobs can be run together; of a job and itself, whether it can with any.
  using Joins = std::function<bool(const Job& one, const Job& other)>;

  static constexpr std::size_t kLargestBatch = 32;

  // `name` shows in ps and top, cut to 15 characters. Block signals first: the threads inherit the
  // mask. A worker takes the first job, and with it those of the others that join.
  WorkerPool(std::string name, std::size_t workers, std::size_t queue_size, Run run, Joins joins)
      : name_(std::move(name)),
        queue_size_(queue_size),
        run_(std::move(run)),
        joins_(std::move(joins)) {
    threads_.reserve(workers);
    for (std::size_t i = 0; i < workers; ++i) {
      threads_.emplace_back([this] { work(); });
      (void)pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
    }
  }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() { drain(); }

  // Moves from the job. False, at once and without effect, when `queue_size` jobs wait already or
  // drain() has begun.
  [[nodiscard]] bool try_submit(Job& job) {
    std::unique_lock lock{mutex_};
    if (draining_ || queue_.size() >= queue_size_) {
      ++refused_;
      return false;
    }
    queue_.push_back(std::move(job));
    wake_one(lock);
    return true;
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  [[nodiscard]] std::size_t queued() const {
    const std::lock_guard lock{mutex_};
    return queue_.size();
  }

  // How often try_submit() has said no so far.
  [[nodiscard]] std::uint64_t refused() const {
    const std::lock_guard lock{mutex_};
    return refused_;
  }

  // Takes nothing new, finishes what was taken, joins the threads. Once, from one thread.
  void drain() noexcept {
    {
      const std::lock_guard lock{mutex_};
      draining_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
      thread.join();
    }
    threads_.clear();
  }

 private:
  void work() {
    while (true) {
      Batch batch = take();
      if (batch.empty()) {
        return;
      }
      run_(batch);
    }
  }

  // Waits for a job. Empty when there will be none.
  Batch take() {
    std::unique_lock lock{mutex_};
    while (queue_.empty() && !draining_) {
      ++idle_;
      wake_.wait(lock);
      --idle_;
      waking_ = false;
    }
    Batch batch;
    if (!queue_.empty()) {
      batch.splice(batch.end(), queue_, queue_.begin());
      gather(batch);
    }
    if (!queue_.empty()) {
      wake_one(lock);
    }
    return batch;
  }

  void gather(Batch& batch) {
    const Job& first = batch.front();
    if (!joins_(first, first)) {
      return;
    }
    for (auto job = queue_.begin(); job != queue_.end() && batch.size() < kLargestBatch;) {
      const auto next = std::next(job);
      if (joins_(*job, first)) {
        batch.splice(batch.end(), queue_, job);
      }
      job = next;
    }
  }

  // One at a time, each wakes the next if there is work left: what arrives while one wakes up is
  // there for it to take together.
  void wake_one(std::unique_lock<std::mutex>& lock) {
    if (idle_ > 0 && !waking_) {
      waking_ = true;
      lock.unlock();  // it would wake up only to wait for it
      wake_.notify_one();
    }
  }

  const std::string name_;
  const std::size_t queue_size_;
  const Run run_;
  const Joins joins_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Batch queue_;
  std::uint64_t refused_ = 0;
  bool draining_ = false;
  std::size_t idle_ = 0;
  bool waking_ = false;  // one of them
  std::vector<std::thread> threads_;
};

}  // namespace zenzefi::http
