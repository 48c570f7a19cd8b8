// The two kinds of table that are compared, filled with the same grants.
#pragma once

#include <pthread.h>
#include <sys/mman.h>

#include <chrono>
#include <mutex>
#include <new>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

#include "l1/cache.hpp"
#include "memory/huge_view.hpp"
#include "token_supply.hpp"

namespace zenzefi::bench {

inline constexpr Timestamp kNow{std::chrono::seconds{1'700'000'000}};
inline constexpr gateway::Moment kMoment{std::chrono::hours{1}};

inline Grant grant_number(std::uint64_t number) noexcept {
  Grant grant;
  std::memcpy(grant.token_id.bytes.data(), &number, sizeof number);
  grant.expires_at = kNow + std::chrono::hours{24};
  grant.duration_hours = 24;
  return grant;
}

// L1 in shared memory, as nginx has it.
class L1Table {
 public:
  // Half of the slots are in use.
  explicit L1Table(std::size_t tokens)
      : size_((std::size_t{1} << 20) + tokens * 2 * 128 * 16 / 11),
        memory_(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) {
      throw std::bad_alloc{};
    }
    huge_.emplace(memory_, size_);
    while (huge_->collapse_next()) {
    }
    cache_ = gateway::L1Cache::format(huge_->data(), size_);
  }
  L1Table(const L1Table&) = delete;
  L1Table& operator=(const L1Table&) = delete;
  ~L1Table() { munmap(memory_, size_); }

  [[nodiscard]] gateway::Finding::Kind look(const TokenHash& hash) {
    return cache_->find(hash, kNow, kMoment).kind;
  }
  [[nodiscard]] bool find(const TokenHash& hash) {
    return look(hash) == gateway::Finding::Kind::kGranted;
  }
  void put(const TokenHash& hash, const Grant& grant) {
    cache_->put_grant(hash, grant, cache_->begin(hash, kMoment), kNow, kMoment);
  }
  void drop(const TokenHash& hash) { cache_->drop(hash, kNow, kMoment); }
  void refuse(const TokenHash& hash) {
    cache_->put_refusal(hash, gateway::RefusalReason::kUnknown, cache_->begin(hash, kMoment),
                        kMoment + std::chrono::hours{1}, kMoment);
  }

 private:
  std::size_t size_;
  void* memory_;
  std::optional<gateway::HugeView> huge_;
  std::optional<gateway::L1Cache> cache_;
};

// A POSIX lock that processes could share, as std::mutex is not.
class SharedMutex {
 public:
  SharedMutex() noexcept {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&mutex_, &attributes);
  }
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;
  ~SharedMutex() { pthread_mutex_destroy(&mutex_); }

  void lock() noexcept { pthread_mutex_lock(&mutex_); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex_); }
  void lock_shared() noexcept { lock(); }
  void unlock_shared() noexcept { unlock(); }

 private:
  pthread_mutex_t mutex_{};
};

class SharedRwLock {
 public:
  SharedRwLock() noexcept {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_rwlock_init(&lock_, &attributes);
  }
  SharedRwLock(const SharedRwLock&) = delete;
  SharedRwLock& operator=(const SharedRwLock&) = delete;
  ~SharedRwLock() { pthread_rwlock_destroy(&lock_); }

  void lock() noexcept { pthread_rwlock_wrlock(&lock_); }
  void unlock() noexcept { pthread_rwlock_unlock(&lock_); }
  void lock_shared() noexcept { pthread_rwlock_rdlock(&lock_); }
  void unlock_shared() noexcept { pthread_rwlock_unlock(&lock_); }

 private:
  pthread_rwlock_t lock_{};
};

// What a slab with a tree or hash chains under one lock amounts to, and kinder to it: no order of
// use is kept, and the map is private memory.
template <typename Lock>
class LockedTable {
 public:
  explicit LockedTable(std::size_t tokens) { map_.reserve(tokens); }

  [[nodiscard]] bool find(const TokenHash& hash) {
    Grant grant;
    {
      const std::shared_lock guard{lock_};
      const auto entry = map_.find(hash);
      if (entry == map_.end()) {
        return false;
      }
      grant = entry->second;
    }
    return !grant.expired_at(kNow);
  }
  void put(const TokenHash& hash, const Grant& grant) {
    const std::lock_guard guard{lock_};
    map_.insert_or_assign(hash, grant);
  }
  void drop(const TokenHash& hash) {
    const std::lock_guard guard{lock_};
    map_.erase(hash);
  }

 private:
  struct FirstWord {
    std::size_t operator()(const TokenHash& hash) const noexcept {
      std::size_t word = 0;
      std::memcpy(&word, hash.bytes.data(), sizeof word);
      return word;
    }
  };

  std::unordered_map<TokenHash, Grant, FirstWord> map_;
  Lock lock_;
};

}  // namespace zenzefi::bench
