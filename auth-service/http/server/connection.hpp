// One client's connection: what has arrived, whether a request is being worked on, and the only way
// an answer gets out.
//
// An answer is written to the descriptor directly, under the connection's lock, and only while the
// connection is open and still at the request the answer belongs to. The descriptor is closed only
// after on_closed() has taken that lock, so its number cannot have passed to another client: an
// answer reaches the one who asked, or nobody.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

#include "http/message.hpp"
#include "http/wire/request_parser.hpp"

namespace zenzefi::http {

class Reply;

// Called on an IO thread, so it must only hand the request on. May throw; the request is answered
// with 500 then.
using RequestHandler = std::function<void(Request, Reply)>;

struct ConnectionLimits {
  ParserLimits parser;
  // From the first byte of a request (or the accepted connection) to its last.
  std::chrono::milliseconds request_timeout{20'000};
  // Between an answer and the next request. Longer than nginx keeps a connection unused.
  std::chrono::milliseconds idle_timeout{90'000};
  // How long a connection that was refused may go on sending before it is cut.
  std::chrono::milliseconds linger_timeout{2'000};
};

// Thread-safe. Always held by shared_ptr.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  // Borrows the descriptor, a non-blocking stream socket.
  Connection(int descriptor, const ConnectionLimits& limits, const RequestHandler& handler);

  // On the thread that reads the socket.
  void on_input(std::string_view bytes);
  // On that thread too, before the descriptor is closed.
  void on_closed() noexcept;

  // Shuts the socket down when its time is up; whoever reads it then sees its end and closes it.
  void enforce_deadline(Clock::time_point now) noexcept;
  void shut_down() noexcept;

 private:
  friend class Reply;

  enum class Phase {
    kReading,
    kBusy,     // a request is with its handler
    kRefused,  // the last answer is out; input is thrown away until the client closes
    kClosed,   // the descriptor is not ours any more
  };

  void answer(std::uint64_t request_number, const Response& response, bool head_only,
              bool close) noexcept;
  void refuse(Refusal refusal) noexcept;
  void write(std::string_view bytes, bool close) noexcept;
  void discard(std::size_t bytes) noexcept;
  void dispatch(Request request, bool keep_alive);

  const ConnectionLimits& limits_;
  const RequestHandler& handler_;

  std::mutex mutex_;  // guards all below
  const int descriptor_;
  Phase phase_ = Phase::kReading;
  std::uint64_t request_number_ = 0;
  std::size_t discarded_ = 0;
  Clock::time_point deadline_;  // no meaning while busy or closed
  RequestParser parser_;
};

// The right to answer one request once, from any thread. Unanswered requests get 500 when it goes.
class Reply {
 public:
  Reply(std::shared_ptr<Connection> connection, std::uint64_t request_number,
        std::string request_id, bool head_only, bool close);
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();

  // Adds X-Request-Id. Does nothing the second time, or when the client has left.
  void send(Response response) noexcept;
  // The connection ends with the answer.
  void close_after() noexcept { close_ = true; }

 private:
  std::shared_ptr<Connection> connection_;  // null once answered
  std::uint64_t request_number_;
  std::string request_id_;
  bool head_only_;
  bool close_;
};

}  // namespace zenzefi::http
