// The listening socket, the IO threads and the life of connections: Pistache's part, and the only
// place that knows of it.
//
// Of Pistache only the TCP layer is used (listener, event loop, reading), and only from its own
// threads: its HTTP parser, its response objects, its write queues and its time-outs are left
// alone. docs/decisions/0004-pistache.md says why.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "http/server/connection.hpp"

namespace zenzefi::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see port()
  std::size_t io_threads = 1;
  std::size_t max_connections = 4096;  // more are closed at once
  ConnectionLimits connection;
};

// start() and stop() on one thread; the rest from any.
class PistacheServer {
 public:
  PistacheServer(ServerOptions options, RequestHandler handler);
  PistacheServer(const PistacheServer&) = delete;
  PistacheServer& operator=(const PistacheServer&) = delete;
  ~PistacheServer();  // stops

  // Throws std::runtime_error when the address cannot be bound. Block signals first: the threads
  // started here inherit the mask.
  void start();
  [[nodiscard]] std::uint16_t port() const;  // 0 before start()
  [[nodiscard]] std::size_t connections() const;

  // Returns when no connection is open, or after `patience`.
  void wait_until_unused(std::chrono::milliseconds patience);

  // Closes every connection and joins the IO threads. Answer what is under way before; replies that
  // come later go nowhere.
  void stop() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zenzefi::http
