// Bytes over TLS to a port of 127.0.0.1, and how the other side ended it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/byte_source.hpp"

namespace zenzefi::test {

// Makes a key and a certificate for `localhost`, `key.pem` and `cert.pem`, that nobody vouches for.
void make_certificate(const std::filesystem::path& directory);

// Believes any certificate. Throws std::runtime_error when there is no connection. Not thread-safe.
class TlsSocket : public ByteSource {
 public:
  // `protocol` is offered by ALPN; empty for none.
  explicit TlsSocket(std::uint16_t port, std::string_view protocol = {});
  ~TlsSocket() override;
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  void send(std::string_view bytes);
  // It said so (close_notify), and did not just hang up.
  [[nodiscard]] bool closed_with_notice() const;

 private:
  struct Session;

  bool receive_some(std::string& into, std::chrono::milliseconds within) override;

  std::unique_ptr<Session> session_;
};

}  // namespace zenzefi::test
