// What comes from a connection until something else does.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tests/support/await.hpp"

namespace zenzefi::test {

// Not thread-safe.
class ByteSource {
 public:
  // What has come by the time the other side closes (a reset counts as closing), or `deadline`
  // passes: then closed() is still false.
  std::string receive_all(std::chrono::milliseconds deadline = kPatience);
  // What has come by the time it contains `end`; throws TimedOut.
  std::string receive_until(std::string_view end, std::chrono::milliseconds deadline = kPatience);
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 protected:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  ByteSource(ByteSource&&) = default;
  ByteSource& operator=(ByteSource&&) = default;

  // False when nothing came within that time. Calls ended() when the other side has closed.
  virtual bool receive_some(std::string& into, std::chrono::milliseconds within) = 0;
  void ended() noexcept { closed_ = true; }

 private:
  // False when nothing came before `end`.
  bool receive_before(std::chrono::steady_clock::time_point end, std::string& into);

  bool closed_ = false;
};

}  // namespace zenzefi::test
