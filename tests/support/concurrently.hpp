// Many things at one moment.
#pragma once

#include <barrier>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

namespace zenzefi::test {

// Calls `action(i)` for i in [0, count) in a thread each, all released at once; returns the results
// in order. Rethrows one exception if there was any.
template <typename Action>
auto concurrently(std::size_t count, Action&& action) {
  using Result = std::invoke_result_t<Action&, std::size_t>;
  std::vector<std::optional<Result>> slots(count);
  std::barrier start{static_cast<std::ptrdiff_t>(count)};
  std::exception_ptr failure;
  std::mutex failure_lock;
  {
    std::vector<std::jthread> threads;
    threads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        try {
          slots[i].emplace(action(i));
        } catch (...) {
          const std::lock_guard guard{failure_lock};
          failure = std::current_exception();
        }
      });
    }
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  std::vector<Result> results;
  results.reserve(count);
  for (auto& slot : slots) {
    results.push_back(std::move(*slot));
  }
  return results;
}

}  // namespace zenzefi::test
