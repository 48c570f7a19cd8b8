#include "tests/support/byte_source.hpp"

namespace zenzefi::test {

bool ByteSource::receive_before(std::chrono::steady_clock::time_point end, std::string& into) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return left.count() > 0 && receive_some(into, left);
}

std::string ByteSource::receive_all(std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  std::string received;
  while (!closed_ && receive_before(end, received)) {
  }
  return received;
}

std::string ByteSource::receive_until(std::string_view end, std::chrono::milliseconds deadline) {
  const auto time = std::chrono::steady_clock::now() + deadline;
  std::string received;
  while (received.find(end) == std::string::npos) {
    if (closed_ || !receive_before(time, received)) {
      throw TimedOut("no \"" + std::string{end} + "\" came, only: " + received);
    }
  }
  return received;
}

}  // namespace zenzefi::test
