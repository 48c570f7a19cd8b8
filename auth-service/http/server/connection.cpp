#include "http/server/connection.hpp"

#include <sys/socket.h>

#include <exception>
#include <utility>

#include "http/error_response.hpp"
#include "http/request_id.hpp"
#include "http/wire/response_format.hpp"

namespace zenzefi::http {
namespace {

// A whole answer fits into an empty send buffer, so a write is never left half done: who has not
// read the answer before the last one is cut off instead of being waited for.
constexpr int kSendBuffer = 2 * static_cast<int>(kMaxResponseBody);

constexpr std::size_t kMaxDiscarded = 64UL * 1024;

std::string format_or_500(const Response& response, const ResponseForm& form) {
  try {
    return format_response(response, form);
  } catch (const std::exception&) {
    return format_response(internal_error({}), form);
  }
}

}  // namespace

Connection::Connection(int descriptor, const ConnectionLimits& limits,
                       const RequestHandler& handler)
    : limits_(limits),
      handler_(handler),
      descriptor_(descriptor),
      deadline_(Clock::now() + limits.request_timeout),
      parser_(limits.parser) {
  (void)setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

void Connection::on_input(std::string_view bytes) {
  std::unique_lock lock{mutex_};
  if (phase_ == Phase::kBusy) {
    refuse({400, "Pipelined requests are not supported"});
  }
  if (phase_ != Phase::kReading) {
    discard(bytes.size());
    return;
  }
  if (parser_.empty()) {
    deadline_ = Clock::now() + limits_.request_timeout;
  }
  switch (parser_.feed(bytes)) {
    case RequestParser::State::kIncomplete:
      return;
    case RequestParser::State::kRefused:
      refuse(parser_.refusal());
      return;
    case RequestParser::State::kComplete:
      break;
  }
  const bool keep_alive = parser_.keep_alive();
  Request request = parser_.take();
  phase_ = Phase::kBusy;
  ++request_number_;
  lock.unlock();
  dispatch(std::move(request), keep_alive);
}

void Connection::dispatch(Request request, bool keep_alive) {
  request.request_id = request_id_of(request);
  request.received_at = Clock::now();
  // Only this thread counts requests up, so it may read the number without the lock.
  Reply reply{shared_from_this(), request_number_, request.request_id,
              request.method == Method::kHead, !keep_alive};
  try {
    handler_(std::move(request), std::move(reply));
  } catch (const std::exception&) {
    // The reply has answered 500 on its way out.
  }
}

void Connection::on_closed() noexcept {
  const std::lock_guard lock{mutex_};
  phase_ = Phase::kClosed;
}

void Connection::enforce_deadline(Clock::time_point now) noexcept {
  const std::lock_guard lock{mutex_};
  if ((phase_ == Phase::kReading || phase_ == Phase::kRefused) && now >= deadline_) {
    (void)shutdown(descriptor_, SHUT_RDWR);
  }
}

void Connection::shut_down() noexcept {
  const std::lock_guard lock{mutex_};
  if (phase_ != Phase::kClosed) {
    (void)shutdown(descriptor_, SHUT_RDWR);
  }
}

void Connection::answer(std::uint64_t request_number, const Response& response, bool head_only,
                        bool close) noexcept {
  const std::string bytes = format_or_500(response, {head_only, close});
  const std::lock_guard lock{mutex_};
  if (phase_ == Phase::kBusy && request_number == request_number_) {
    write(bytes, close);
  }
}

void Connection::refuse(Refusal refusal) noexcept {
  Response response = error_response(refusal.status, refusal.detail);
  response.headers.emplace_back(kRequestIdHeader, request_id_of(parser_.request()));
  const bool head_only = parser_.request().method == Method::kHead;
  write(format_or_500(response, {head_only, true}), true);
}

void Connection::write(std::string_view bytes, bool close) noexcept {
  const ssize_t written =
      send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (written != static_cast<ssize_t>(bytes.size())) {
    phase_ = Phase::kRefused;
    deadline_ = Clock::now();
    (void)shutdown(descriptor_, SHUT_RDWR);
    return;
  }
  if (close) {
    // Closing at once with input unread would reset the connection, and the client could lose the
    // answer (RFC 9112, 9.6).
    phase_ = Phase::kRefused;
    deadline_ = Clock::now() + limits_.linger_timeout;
    (void)shutdown(descriptor_, SHUT_WR);
    return;
  }
  phase_ = Phase::kReading;
  deadline_ = Clock::now() + limits_.idle_timeout;
}

void Connection::discard(std::size_t bytes) noexcept {
  discarded_ += bytes;
  if (phase_ == Phase::kRefused && discarded_ > kMaxDiscarded) {
    (void)shutdown(descriptor_, SHUT_RDWR);
  }
}

Reply::Reply(std::shared_ptr<Connection> connection, std::uint64_t request_number,
             std::string request_id, bool head_only, bool close)
    : connection_(std::move(connection)),
      request_number_(request_number),
      request_id_(std::move(request_id)),
      head_only_(head_only),
      close_(close) {}

Reply::~Reply() {
  if (connection_) {
    send(internal_error({}));
  }
}

void Reply::send(Response response) noexcept {
  const std::shared_ptr<Connection> connection = std::move(connection_);
  if (!connection) {
    return;
  }
  response.headers.emplace_back(kRequestIdHeader, request_id_);
  connection->answer(request_number_, response, head_only_, close_);
}

}  // namespace zenzefi::http
