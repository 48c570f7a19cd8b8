// A WebSocket client on 127.0.0.1.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/await.hpp"

namespace zenzefi::test {

struct WebSocketRequest {
  std::uint16_t port = 0;
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};  // added to the handshake's own
};

// Not thread-safe.
class WebSocketClient {
 public:
  // Does the handshake; throws std::runtime_error when there is no HTTP answer at all.
  explicit WebSocketClient(const WebSocketRequest& request,
                           std::chrono::milliseconds deadline = kPatience);
  ~WebSocketClient();
  WebSocketClient(WebSocketClient&&) noexcept;
  WebSocketClient& operator=(WebSocketClient&&) noexcept;

  // The handshake's status: 101, or that of the refusal, with its body.
  [[nodiscard]] int status() const noexcept;
  [[nodiscard]] const std::string& refusal() const noexcept;
  [[nodiscard]] bool open() const noexcept { return status() == 101 && !ended_; }

  void send(const std::string& text);
  // The next message; empty when the other side has ended the connection. Throws TimedOut.
  [[nodiscard]] std::optional<std::string> receive(std::chrono::milliseconds deadline = kPatience);
  void close();  // with the closing handshake

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  bool ended_ = false;
};

}  // namespace zenzefi::test
