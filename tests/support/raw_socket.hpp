// Bytes to and from a TCP port of 127.0.0.1, for what no HTTP library would send.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/byte_source.hpp"

namespace zenzefi::test {

// Throws std::system_error when the other side refuses or resets. Not thread-safe.
class RawSocket : public ByteSource {
 public:
  explicit RawSocket(std::uint16_t port);
  ~RawSocket() override;
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&& other) noexcept;

  // Whether somebody listens there.
  [[nodiscard]] static bool accepts(std::uint16_t port);

  void send(std::string_view bytes) const;

  void shutdown_write() const;
  void close();
  void reset();  // closes with RST instead of FIN

 private:
  bool receive_some(std::string& into, std::chrono::milliseconds within) override;

  int socket_ = -1;
};

// The status of the first HTTP answer in `bytes`; 0 when there is none.
[[nodiscard]] int status_of(std::string_view bytes);

}  // namespace zenzefi::test
