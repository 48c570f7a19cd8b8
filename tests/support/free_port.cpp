#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>

namespace zenzefi::test {
namespace {

constexpr int kFirstPort = 12'000;
constexpr int kLastPort = 32'000;

// An abstract Unix socket is the lock: it belongs to the network namespace, as ports do, and is
// gone with the process, so that nothing is left behind.
bool reserve(int port) {
  const int lock = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (lock < 0) {
    return false;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "zenzefi-test-port-" + std::to_string(port);
  std::memcpy(&address.sun_path[1], name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(lock, reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    ::close(lock);
    return false;
  }
  return true;  // held until the process ends
}

bool nobody_listens(int port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) {
    return false;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const int enabled = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &enabled, sizeof enabled);
  const bool free = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return free;
}

}  // namespace

std::uint16_t free_port() {
  thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> ports{kFirstPort, kLastPort};
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = ports(random);
    if (reserve(port) && nobody_listens(port)) {
      return static_cast<std::uint16_t>(port);
    }
  }
  throw std::runtime_error("no free port");
}

}  // namespace zenzefi::test
