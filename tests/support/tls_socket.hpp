// Bytes over TLS to a port of 127.0.0.1, and how the other side ended it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/await.hpp"

namespace zenzefi::test {

// Makes a key and a certificate for `localhost`, `key.pem` and `cert.pem`, that nobody vouches for.
void make_certificate(const std::filesystem::path& directory);

// Believes any certificate. Throws std::runtime_error when there is no connection. Not thread-safe.
class TlsSocket {
 public:
  // `protocol` is offered by ALPN; empty for none.
  explicit TlsSocket(std::uint16_t port, std::string_view protocol = {});
  ~TlsSocket();
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  void send(std::string_view bytes);
  // What has come by the time the other side closes, or `deadline` passes.
  std::string receive_all(std::chrono::milliseconds deadline = kPatience);
  // What has come by the time it contains `end`; throws TimedOut.
  std::string receive_until(std::string_view end, std::chrono::milliseconds deadline = kPatience);

  [[nodiscard]] bool closed() const noexcept { return closed_; }
  // It said so (close_notify), and did not just hang up.
  [[nodiscard]] bool closed_with_notice() const;

 private:
  struct Session;

  // False when nothing came before `end`.
  bool receive_some(std::string& into, std::chrono::steady_clock::time_point end);

  std::unique_ptr<Session> session_;
  bool closed_ = false;
};

}  // namespace zenzefi::test
