#include "http/server/pistache_server.hpp"

#include <pistache/listener.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "http/server/connection_set.hpp"

namespace zenzefi::http {
namespace {

constexpr const char* kConnectionKey = "connection";
constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kDeadlineInterval{250};
constexpr std::chrono::milliseconds kClosePatience{2'000};

// What the handlers of all IO threads share.
struct Shared {
  Shared(ServerOptions options_in, RequestHandler handler_in)
      : options(std::move(options_in)), handler(std::move(handler_in)) {}

  const ServerOptions options;
  const RequestHandler handler;
  ConnectionSet connections;
};

std::shared_ptr<Connection> connection_of(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
  return std::static_pointer_cast<Connection>(peer->tryGetData(kConnectionKey));
}

// Pistache copies it for each IO thread. It sees a connection from its acceptance to just before
// its descriptor is closed, always on the one thread.
class TcpHandler final : public Pistache::Tcp::Handler {
  PROTOTYPE_OF(Pistache::Tcp::Handler, TcpHandler)

 public:
  explicit TcpHandler(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    auto connection =
        std::make_shared<Connection>(peer->fd(), shared_->options.connection, shared_->handler);
    if (shared_->connections.size() >= shared_->options.max_connections) {
      connection->shut_down();
    }
    peer->putData(kConnectionKey, connection);
    shared_->connections.insert(std::move(connection));
  }

  void onInput(const char* buffer, size_t len,
               const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto connection = connection_of(peer);
    try {
      connection->on_input({buffer, len});
    } catch (const std::exception&) {
      // Out of memory: an exception would end the IO thread, and with it every connection.
      connection->shut_down();
    }
  }

  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto connection = connection_of(peer);
    connection->on_closed();
    shared_->connections.erase(connection);
  }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace

class PistacheServer::Impl {
 public:
  Impl(ServerOptions options, RequestHandler handler)
      : shared_(std::make_shared<Shared>(std::move(options), std::move(handler))),
        listener_(std::in_place,
                  Pistache::Address(shared_->options.address, shared_->options.port)) {}

  ~Impl() { stop(); }

  void start() {
    using Pistache::Tcp::Options;
    listener_->init(
        shared_->options.io_threads,
        Pistache::Flags<Options>(Options::ReuseAddr | Options::CloseOnExec | Options::NoDelay),
        "http-io", kBacklog);
    listener_->setHandler(std::make_shared<TcpHandler>(shared_));
    listener_->bind();
    listener_->runThreaded();
    port_ = listener_->getPort();
    running_ = true;
    housekeeper_ = std::jthread([this](const std::stop_token& stop) { keep_house(stop); });
  }

  void stop() noexcept {
    if (!running_) {
      return;
    }
    running_ = false;
    housekeeper_ = {};
    // Through the event loop, so that the descriptors are closed as on any other day.
    shared_->connections.shut_down_all();
    shared_->connections.wait_until_empty(kClosePatience);
    listener_->shutdown();
    listener_.reset();  // only now it closes the listening socket
  }

  void wait_until_unused(std::chrono::milliseconds patience) {
    shared_->connections.wait_until_empty(patience);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connections() const { return shared_->connections.size(); }

 private:
  void keep_house(const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any wake;
    while (!wake.wait_for(lock, stop, kDeadlineInterval, [&] { return stop.stop_requested(); })) {
      shared_->connections.enforce_deadlines(Connection::Clock::now());
    }
  }

  std::shared_ptr<Shared> shared_;
  std::optional<Pistache::Tcp::Listener> listener_;
  std::uint16_t port_ = 0;
  bool running_ = false;
  std::jthread housekeeper_;
};

PistacheServer::PistacheServer(ServerOptions options, RequestHandler handler)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler))) {}

PistacheServer::~PistacheServer() = default;

void PistacheServer::start() {
  impl_->start();
}

std::uint16_t PistacheServer::port() const {
  return impl_->port();
}

std::size_t PistacheServer::connections() const {
  return impl_->connections();
}

void PistacheServer::wait_until_unused(std::chrono::milliseconds patience) {
  impl_->wait_until_unused(patience);
}

void PistacheServer::stop() noexcept {
  impl_->stop();
}

}  // namespace zenzefi::http
