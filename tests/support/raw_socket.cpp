#include "tests/support/raw_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace zenzefi::test {
namespace {

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket >= 0 &&
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    ::close(socket);
    errno = error;
    return -1;
  }
  return socket;
}

}  // namespace

RawSocket::RawSocket(std::uint16_t port) : socket_{connect_to(port)} {
  if (socket_ < 0) {
    throw std::system_error(errno, std::generic_category(),
                            "connect to port " + std::to_string(port));
  }
}

RawSocket::~RawSocket() {
  close();
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : ByteSource{std::move(other)}, socket_{std::exchange(other.socket_, -1)} {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  if (this != &other) {
    close();
    socket_ = std::exchange(other.socket_, -1);
    ByteSource::operator=(std::move(other));
  }
  return *this;
}

bool RawSocket::accepts(std::uint16_t port) {
  const int socket = connect_to(port);
  if (socket < 0) {
    return false;
  }
  ::close(socket);
  return true;
}

void RawSocket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      throw std::system_error(errno, std::generic_category(), "send");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawSocket::receive_some(std::string& into, std::chrono::milliseconds within) {
  pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(within.count())) <= 0) {
    return false;
  }
  std::array<char, 16384> buffer{};
  const ssize_t received = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (received <= 0) {
    ended();
    return true;
  }
  into.append(buffer.data(), static_cast<std::size_t>(received));
  return true;
}

void RawSocket::shutdown_write() const {
  ::shutdown(socket_, SHUT_WR);
}

void RawSocket::close() {
  if (socket_ >= 0) {
    ::close(std::exchange(socket_, -1));
  }
}

void RawSocket::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

int status_of(std::string_view bytes) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  int status = 0;
  if (bytes.starts_with(kStart)) {
    bytes.remove_prefix(kStart.size());
    std::from_chars(bytes.data(), bytes.data() + bytes.size(), status);
  }
  return status;
}

}  // namespace zenzefi::test
