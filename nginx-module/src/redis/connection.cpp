#include "redis/connection.hpp"

#include <poll.h>
#include <sys/un.h>

#include <array>
#include <charconv>

namespace zenzefi::gateway::redis {
namespace {

redisAsyncContext* connect_to(const RedisEndpoint& endpoint) noexcept {
  if (endpoint.address->sa_family == AF_UNIX) {
    return redisAsyncConnectUnix(reinterpret_cast<const sockaddr_un*>(endpoint.address)->sun_path);
  }
  // An address as text needs no resolver.
  std::array<u_char, NGX_SOCKADDR_STRLEN + 1> text{};
  ngx_sock_ntop(endpoint.address, endpoint.address_length, text.data(), NGX_SOCKADDR_STRLEN, 0);
  return redisAsyncConnect(reinterpret_cast<const char*>(text.data()),
                           ngx_inet_get_port(endpoint.address));
}

}  // namespace

std::string_view Connection::open(const RedisEndpoint& endpoint,
                                  redisCallbackFn* on_login) noexcept {
  close();
  redisAsyncContext* const context = connect_to(endpoint);
  if (context == nullptr) {
    return "no memory";
  }
  if (context->err != 0) {
    const std::size_t length =
        std::string_view{context->errstr}.copy(reason_.data(), reason_.size());
    redisAsyncFree(context);
    return {reason_.data(), length};
  }
  if (!adapter_.attach(*context)) {
    redisAsyncFree(context);
    return "worker_connections are not enough";
  }
  context->data = this;
  redisAsyncSetConnectCallback(context, &Connection::on_connect);
  redisAsyncSetDisconnectCallback(context, &Connection::on_disconnect);
  if (endpoint.password.len > 0) {
    send(on_login, owner_, {"AUTH", view(endpoint.password)});
  }
  if (endpoint.db != 0) {
    std::array<char, 24> db{};
    const auto end = std::to_chars(db.data(), db.data() + db.size(), endpoint.db).ptr;
    send(on_login, owner_, {"SELECT", {db.data(), static_cast<std::size_t>(end - db.data())}});
  }
  return {};
}

void Connection::close() noexcept {
  if (adapter_.context() != nullptr) {
    closing_ = true;
    redisAsyncFree(adapter_.context());
    closing_ = false;
  }
}

bool Connection::send(redisCallbackFn* on_reply, void* argument,
                      std::span<const std::string_view> words) noexcept {
  if (adapter_.context() == nullptr || closing_) {
    return false;
  }
  std::array<const char*, kMaxWords> texts;
  std::array<std::size_t, kMaxWords> lengths;
  std::size_t count = 0;
  for (const std::string_view word : words) {
    texts[count] = word.data();
    lengths[count++] = word.size();
  }
  return redisAsyncCommandArgv(adapter_.context(), on_reply, argument, static_cast<int>(count),
                               texts.data(), lengths.data()) == REDIS_OK;
}

void Connection::work_without_events() noexcept {
  constexpr int kWait = 10;
  redisAsyncContext* context = adapter_.context();
  if (context == nullptr) {
    return;
  }
  pollfd socket{context->c.fd, POLLOUT, 0};
  if (poll(&socket, 1, kWait) > 0) {
    redisAsyncHandleWrite(context);
  }
  context = adapter_.context();
  if (context == nullptr) {
    return;
  }
  socket = {context->c.fd, POLLIN, 0};
  if (poll(&socket, 1, kWait) > 0) {
    redisAsyncHandleRead(context);
  }
}

void Connection::on_connect(const redisAsyncContext* context, int status) noexcept {
  const auto& self = *static_cast<const Connection*>(context->data);
  if (status != REDIS_OK) {
    self.lost_(self.owner_, context->c.errstr);
  }
}

void Connection::on_disconnect(const redisAsyncContext* context, int /*status*/) noexcept {
  const auto& self = *static_cast<const Connection*>(context->data);
  if (!self.closing_) {
    self.lost_(self.owner_, context->errstr != nullptr ? context->errstr : "closed");
  }
}

}  // namespace zenzefi::gateway::redis
