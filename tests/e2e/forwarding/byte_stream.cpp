#include "tests/e2e/forwarding/byte_stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace zenzefi::test {
namespace {

[[noreturn]] void fail(const std::string& doing) {
  throw std::runtime_error("while " + doing + ": " + std::strerror(errno));
}

}  // namespace

ByteStream::ByteStream(std::uint16_t port)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    fail("connecting");
  }
}

ByteStream::~ByteStream() {
  ::close(socket_);
}

void ByteStream::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0) {
      fail("writing");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string ByteStream::read_head() {
  return read_through("\r\n\r\n");
}

std::string ByteStream::read(std::size_t size) {
  while (buffer_.size() < size) {
    fill();
  }
  std::string bytes = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return bytes;
}

std::string ByteStream::read_chunk() {
  const std::size_t size = std::stoul(read_through("\r\n"), nullptr, 16);
  std::string chunk = read(size);
  static_cast<void>(read_through("\r\n"));
  return chunk;
}

std::string ByteStream::read_through(std::string_view end) {
  for (;;) {
    if (const std::size_t at = buffer_.find(end); at != std::string::npos) {
      return read(at + end.size());
    }
    fill();
  }
}

void ByteStream::fill() {
  constexpr std::size_t kPiece = 256UL * 1024;
  std::string piece(kPiece, '\0');
  const ssize_t size = ::recv(socket_, piece.data(), piece.size(), 0);
  if (size < 0) {
    fail("reading");
  }
  if (size == 0) {
    throw std::runtime_error("the connection ended early; last came: " + buffer_);
  }
  buffer_.append(piece, 0, static_cast<std::size_t>(size));
}

}  // namespace zenzefi::test
