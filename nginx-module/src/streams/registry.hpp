// The requests that were let in and are still under way in this worker, by token.
#pragma once

#include <array>
#include <cstddef>

#include "context.hpp"
#include "memory/fetch_ahead.hpp"

namespace zenzefi::gateway {

// Intrusive: owns nothing. Used from one worker's event loop only. While it is walked through,
// nothing may be added or removed.
class Registry {
 public:
  // Few, so that they stay in the processor's first cache: every request is entered and taken out,
  // and only a change goes through a bucket.
  static constexpr std::size_t kBuckets = 1024;

  Registry() noexcept = default;
  // Those still in it are let go of.
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // Soon add() will be called for a request with that token.
  void expect(const TokenHash& hash) const noexcept { fetch_ahead(&buckets_[bucket_of(hash)]); }
  // Not one that is in it already.
  void add(Context& context) noexcept;
  // One that is in it.
  void remove(Context& context) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] bool contains(const TokenHash& hash) const noexcept;

  template <typename Visit>
  void for_each(const TokenHash& hash, Visit&& visit) const {
    for (Context* c = buckets_[bucket_of(hash)]; c != nullptr; c = c->stream.next) {
      if (c->hash == hash) {
        visit(*c);
      }
    }
  }
  template <typename Visit>
  void for_each_in(std::size_t bucket, Visit&& visit) const {
    for (Context* c = buckets_[bucket]; c != nullptr; c = c->stream.next) {
      visit(*c);
    }
  }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      for_each_in(bucket, visit);
    }
  }

 private:
  [[nodiscard]] static std::size_t bucket_of(const TokenHash& hash) noexcept;

  std::array<Context*, kBuckets> buckets_{};
  std::size_t size_ = 0;
};

}  // namespace zenzefi::gateway
