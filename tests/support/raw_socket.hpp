// Bytes to and from a TCP port of 127.0.0.1, for what no HTTP library would send.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/await.hpp"

namespace zenzefi::test {

// Throws std::system_error when the other side refuses or resets. Not thread-safe.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port);
  ~RawSocket();
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&& other) noexcept;

  // Whether somebody listens there.
  [[nodiscard]] static bool accepts(std::uint16_t port);

  void send(std::string_view bytes) const;

  // What has come by the time the other side closes (a reset counts as closing), or `deadline`
  // passes: then closed() is still false.
  std::string receive_all(std::chrono::milliseconds deadline = kPatience);
  // What has come by the time it contains `end`; throws TimedOut.
  std::string receive_until(std::string_view end, std::chrono::milliseconds deadline = kPatience);
  [[nodiscard]] bool closed() const noexcept { return closed_; }

  void shutdown_write() const;
  void close();
  void reset();  // closes with RST instead of FIN

 private:
  // False when nothing came before `end`.
  bool receive_some(std::string& into, std::chrono::steady_clock::time_point end);

  int socket_ = -1;
  bool closed_ = false;
};

// The status of the first HTTP answer in `bytes`; 0 when there is none.
[[nodiscard]] int status_of(std::string_view bytes);

}  // namespace zenzefi::test
