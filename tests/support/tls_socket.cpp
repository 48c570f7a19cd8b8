#include "tests/support/tls_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "tests/support/process.hpp"

namespace zenzefi::test {

void make_certificate(const std::filesystem::path& directory) {
  const Finished made =
      run({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-keyout", (directory / "key.pem").string(), "-out",
                    (directory / "cert.pem").string()}},
          3 * kPatience);
  if (made.status != 0) {
    throw std::runtime_error("openssl: " + made.output);
  }
}

struct TlsSocket::Session {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()),
                                                            &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), &SSL_free};
  int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  Session() = default;
  ~Session() { ::close(socket); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] bool connect_to(std::uint16_t port) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
           SSL_set_fd(ssl.get(), socket) == 1 && SSL_connect(ssl.get()) == 1;
  }
  [[nodiscard]] bool is_readable(std::chrono::milliseconds within) const {
    pollfd ready{.fd = socket, .events = POLLIN, .revents = 0};
    return SSL_pending(ssl.get()) > 0 || ::poll(&ready, 1, static_cast<int>(within.count())) > 0;
  }
};

TlsSocket::TlsSocket(std::uint16_t port, std::string_view protocol)
    : session_{std::make_unique<Session>()} {
  // Length, then name: the list of one that ALPN wants.
  std::string offer(1, static_cast<char>(protocol.size()));
  offer += protocol;
  if (!protocol.empty()) {
    SSL_set_alpn_protos(session_->ssl.get(), reinterpret_cast<const unsigned char*>(offer.data()),
                        static_cast<unsigned>(offer.size()));
  }
  SSL_set_mode(session_->ssl.get(), SSL_MODE_AUTO_RETRY);
  if (!session_->connect_to(port)) {
    throw std::runtime_error("no TLS at port " + std::to_string(port));
  }
}

TlsSocket::~TlsSocket() = default;

void TlsSocket::send(std::string_view bytes) {
  if (SSL_write(session_->ssl.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) {
    throw std::runtime_error("cannot send over TLS");
  }
}

bool TlsSocket::receive_some(std::string& into, std::chrono::milliseconds within) {
  if (!session_->is_readable(within)) {
    return false;
  }
  std::array<char, 16384> buffer{};
  ERR_clear_error();
  const int received = SSL_read(session_->ssl.get(), buffer.data(), buffer.size());
  if (received <= 0) {
    ended();
    return true;
  }
  into.append(buffer.data(), static_cast<std::size_t>(received));
  return true;
}

bool TlsSocket::closed_with_notice() const {
  return closed() && (SSL_get_shutdown(session_->ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

}  // namespace zenzefi::test
