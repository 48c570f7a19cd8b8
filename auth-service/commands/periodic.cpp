#include "commands/periodic.hpp"

#include <utility>

namespace zenzefi::commands {

Periodic::Periodic(Work work) : work_(std::move(work)), thread_([this] { loop(); }) {}

Periodic::~Periodic() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void Periodic::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const std::chrono::milliseconds pause = work_();
    lock.lock();
    stopped_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

}  // namespace zenzefi::commands
