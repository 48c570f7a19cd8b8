// An HTTP server inside the test, for what stands behind nginx: shows what reached it, and answers
// as the test likes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/await.hpp"

namespace zenzefi::test {

struct RecordedRequest {
  std::string method = {};
  std::string target = {};  // as on the request line
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};

  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> header_values(std::string_view name) const;
  // Request line, headers and body, to look for what should not be in any of them.
  [[nodiscard]] std::string everything() const;
};

struct TargetAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

// One thread a connection, keep-alive, bodies up to 64 MB. A WebSocket handshake is recorded,
// accepted and then every message is sent back; the answer function is not asked. Thread-safe.
class RecordingTarget {
 public:
  // Called on the connection's thread: it may wait, and several may run at once.
  using Answer = std::function<TargetAnswer(const RecordedRequest&)>;

  // Without `answer`: 200 with the body "ok". `port` 0 chooses a free one.
  explicit RecordingTarget(Answer answer = {}, std::uint16_t port = 0);
  // Ends every connection, and waits for the answer functions under way.
  ~RecordingTarget();
  RecordingTarget(const RecordingTarget&) = delete;
  RecordingTarget& operator=(const RecordingTarget&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::string url() const;  // http://127.0.0.1:PORT

  void answer_with(Answer answer);

  [[nodiscard]] std::vector<RecordedRequest> requests() const;
  [[nodiscard]] std::size_t count() const;
  // The newest; throws TimedOut when none comes.
  [[nodiscard]] RecordedRequest last(std::chrono::milliseconds deadline = kPatience) const;
  void clear();

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace zenzefi::test
