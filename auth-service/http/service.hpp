// The HTTP side of the service as a whole: two listeners, the worker pools between them and the
// handlers, metrics, and an orderly end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/application.hpp"
#include "http/metrics/sample.hpp"
#include "http/router.hpp"

namespace zenzefi::http {

struct ServiceOptions {
  // Loopback: nginx stands in front, and whoever reaches the internal port is trusted.
  std::string address = "127.0.0.1";
  std::uint16_t public_port = 0;    // 0: any free one
  std::uint16_t internal_port = 0;  // 0: any free one
  std::size_t io_threads = 1;       // of each listener
  PoolOptions pools{};
  std::vector<std::string> cors_origins = {};  // each is_origin(); see cors.hpp
};

// start() and drain_and_stop() from one thread, the rest from any. Block SIGTERM and SIGINT before
// construction: the threads started here inherit the mask, and the signals are main's to wait for.
class Service {
 public:
  // Adds GET /metrics to the internal routes, with what `samples` has besides. `log` gets one call
  // for each request. Both may be empty.
  Service(const ServiceOptions& options, Router public_routes, Router internal_routes,
          ExchangeLog log, SampleSource samples = {});
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();  // drain_and_stop()

  // Throws std::runtime_error when a port cannot be bound.
  void start();

  // Those really bound; good after start().
  [[nodiscard]] std::uint16_t public_port() const;
  [[nodiscard]] std::uint16_t internal_port() const;

  // Answers everything new with 503, finishes what was accepted, closes all connections and joins
  // all threads. Takes as long as the slowest handler under way. After it no use case is running.
  void drain_and_stop() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zenzefi::http
