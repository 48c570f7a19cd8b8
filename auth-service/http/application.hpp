// The way of a request: from the IO thread through the router to a worker, its handler, and back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>

#include "http/cors.hpp"
#include "http/exchange.hpp"
#include "http/router.hpp"
#include "http/server/connection.hpp"
#include "http/server/worker_pool.hpp"

namespace zenzefi::http {

struct PoolOptions {
  std::size_t general_workers = 8;
  std::size_t password_workers = 2;
  std::size_t check_workers = 4;
  std::size_t queue_size = 256;  // of each
};

// Shared by the listeners of a service. Thread-safe.
class WorkerPools {
 public:
  explicit WorkerPools(const PoolOptions& options);

  // Not for kInline.
  [[nodiscard]] WorkerPool& operator[](Pool pool);
  [[nodiscard]] std::array<const WorkerPool*, 3> all() const;
  void drain() noexcept;

 private:
  WorkerPool general_;
  WorkerPool password_;
  WorkerPool check_;
};

// One listener's requests. Thread-safe; outlives its server and the pools' last job.
class Application {
 public:
  Application(Router router, WorkerPools& pools, ExchangeLog log, Cors cors);

  // Hands the request on and returns at once: to be called on an IO thread.
  void handle(Request request, Reply reply);

  // From now on everything new gets 503 and its connection is closed.
  void refuse_new() noexcept { refusing_ = true; }

 private:
  struct Job;

  void run(Job& job) noexcept;
  void finish(const Request& request, std::string_view route, Reply& reply, Response response);

  const Router router_;
  WorkerPools& pools_;
  const ExchangeLog log_;
  const Cors cors_;
  std::atomic<bool> refusing_{false};
};

}  // namespace zenzefi::http
