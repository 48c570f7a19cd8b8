#include "http/server/worker_pool.hpp"

#include <pthread.h>

#include <utility>

namespace zenzefi::http {

WorkerPool::WorkerPool(const std::string& name, std::size_t workers, std::size_t queue_size)
    : name_(name), queue_size_(queue_size) {
  threads_.reserve(workers);
  for (std::size_t i = 0; i < workers; ++i) {
    threads_.emplace_back([this] { work(); });
    (void)pthread_setname_np(threads_.back().native_handle(), name.substr(0, 15).c_str());
  }
}

WorkerPool::~WorkerPool() {
  drain();
}

bool WorkerPool::try_submit(Job job) {
  {
    const std::lock_guard lock{mutex_};
    if (draining_ || queue_.size() >= queue_size_) {
      ++refused_;
      return false;
    }
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock{mutex_};
  return queue_.size();
}

std::uint64_t WorkerPool::refused() const {
  const std::lock_guard lock{mutex_};
  return refused_;
}

void WorkerPool::drain() noexcept {
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

void WorkerPool::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return draining_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;
    }
    const Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace zenzefi::http
