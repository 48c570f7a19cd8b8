#include "streams/registry.hpp"

#include <cstdint>
#include <cstring>

namespace zenzefi::gateway {

Registry::~Registry() {
  for (Context*& bucket : buckets_) {
    while (bucket != nullptr) {
      remove(*bucket);
    }
  }
}

void Registry::add(Context& context) noexcept {
  Context*& bucket = buckets_[bucket_of(context.hash)];
  context.stream.next = bucket;
  context.stream.place = &bucket;
  if (bucket != nullptr) {
    bucket->stream.place = &context.stream.next;
  }
  bucket = &context;
  ++size_;
}

void Registry::remove(Context& context) noexcept {
  StreamNode& node = context.stream;
  *node.place = node.next;
  if (node.next != nullptr) {
    node.next->stream.place = node.place;
  }
  node.next = nullptr;
  node.place = nullptr;
  --size_;
}

bool Registry::contains(const TokenHash& hash) const noexcept {
  const Context* context = buckets_[bucket_of(hash)];
  while (context != nullptr && context->hash != hash) {
    context = context->stream.next;
  }
  return context != nullptr;
}

// The hash is SHA-256: any of its bits are as good as any others.
std::size_t Registry::bucket_of(const TokenHash& hash) noexcept {
  std::uint32_t bits = 0;
  std::memcpy(&bits, hash.bytes.data() + sizeof(bits), sizeof(bits));
  return bits % kBuckets;
}

}  // namespace zenzefi::gateway
