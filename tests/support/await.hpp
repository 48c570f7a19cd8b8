// Waiting for a condition, instead of sleeping and hoping.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace zenzefi::test {

inline constexpr std::chrono::milliseconds kPatience{10'000};

class TimedOut : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Calls `condition` every millisecond until it is true; false when `deadline` has passed first.
template <typename Condition>
[[nodiscard]] bool holds_within(std::chrono::milliseconds deadline, Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

// The same, for what a test cannot go on without: throws TimedOut, naming `what` was awaited.
// Returns how long it took.
template <typename Condition>
std::chrono::milliseconds await(std::string_view what, Condition&& condition,
                                std::chrono::milliseconds deadline = kPatience) {
  const auto start = std::chrono::steady_clock::now();
  if (!holds_within(deadline, condition)) {
    throw TimedOut("waited " + std::to_string(deadline.count()) + " ms in vain for " +
                   std::string{what});
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

}  // namespace zenzefi::test
