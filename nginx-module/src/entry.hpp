// Where nginx calls the module: no exception may leave.
#pragma once

#include <utility>

namespace zenzefi::gateway {

// What `action` returns; `failure` if it throws, whatever it throws.
template <typename Result, typename Action>
Result guarded(Result failure, Action&& action) noexcept {
  try {
    return std::forward<Action>(action)();
  } catch (...) {
    return failure;
  }
}

}  // namespace zenzefi::gateway
