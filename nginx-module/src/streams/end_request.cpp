#include "streams/end_request.hpp"

#include <sys/socket.h>

namespace zenzefi::gateway {
namespace {

// The stream's own connection is a stand-in that nginx takes for broken now: it resets the stream.
void end_multiplexed(const ngx_http_request_t& main) noexcept {
  ngx_connection_t& connection = *main.connection;
  connection.error = 1;
  ngx_post_event(connection.read, &ngx_posted_events);
  ngx_post_event(connection.write, &ngx_posted_events);
#if (NGX_HTTP_V2)
  if (main.stream != nullptr) {
    // nginx would keep the reset back until there is something else to send. Behind the others.
    ngx_event_t* const write = main.stream->connection->connection->write;
    if (write->posted != 0) {
      ngx_delete_posted_event(write);
    }
    ngx_post_event(write, &ngx_posted_events);
  }
#endif
}

// To nginx it is as if the client had left. What the client sent before is thrown away unread, what
// it sends from now on is refused by the kernel.
void end_connection(const ngx_connection_t& connection) noexcept {
  constexpr std::size_t kAtOnce = std::size_t{1} << 30;
  shutdown(connection.fd, SHUT_RDWR);
  while (recv(connection.fd, nullptr, kAtOnce, MSG_TRUNC | MSG_DONTWAIT) > 0) {
  }
}

}  // namespace

void end_request(ngx_http_request_t* main) noexcept {
  const ngx_connection_t& connection = *main->connection;
  constexpr auto kNoSocket = static_cast<ngx_socket_t>(-1);
  if (main->stream != nullptr || connection.fd == kNoSocket) {
    end_multiplexed(*main);
  } else {
    end_connection(connection);
  }
}

}  // namespace zenzefi::gateway
