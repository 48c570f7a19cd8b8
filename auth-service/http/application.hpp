// The way of a request: from the IO thread through the router to a worker, its handler, and back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
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
  std::size_t check_workers = 2;
  std::size_t queue_size = 256;  // of each
};

class Application;

// A request on its way to a worker.
struct PendingRequest {
  Application* application;
  const Route* route;
  Request request;
  Reply reply;
  bool alone = false;  // was left unanswered among others
};

using RequestPool = WorkerPool<PendingRequest>;

// Shared by the listeners of a service. Thread-safe.
class WorkerPools {
 public:
  explicit WorkerPools(const PoolOptions& options);

  // Not for kInline.
  [[nodiscard]] RequestPool& operator[](Pool pool);
  [[nodiscard]] std::array<const RequestPool*, 3> all() const;
  void drain() noexcept;

 private:
  static void run(RequestPool::Batch& pending) noexcept;
  static bool may_join(const PendingRequest& one, const PendingRequest& other) noexcept;

  RequestPool general_;
  RequestPool password_;
  RequestPool check_;
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
  friend class WorkerPools;

  // All for the same handler.
  void run(RequestPool::Batch& pending) noexcept;
  void run_alone(PendingRequest pending) noexcept;
  void run_one(const Handler& handler, PendingRequest& pending);
  void run_together(const BatchHandler& handler, RequestPool::Batch& pending);
  void finish(PendingRequest& pending, Response response);
  void finish(const Request& request, std::string_view route, Reply& reply, Response response);

  const Router router_;
  WorkerPools& pools_;
  const ExchangeLog log_;
  const Cors cors_;
  std::atomic<bool> refusing_{false};
};

}  // namespace zenzefi::http
