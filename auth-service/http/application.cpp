#include "http/application.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "http/error_response.hpp"

namespace zenzefi::http {
namespace {

// What `work` throws, as an answer that says nothing of it.
template <typename Work>
std::optional<Response> failure_of(Work&& work) noexcept {
  try {
    work();
    return std::nullopt;
  } catch (const std::exception& error) {
    return internal_error(error.what());
  } catch (...) {
    return internal_error("an exception of unknown type");
  }
}

// Null when the route's handler takes one request at a time.
const BatchHandler* batch_handler_of(const Route& route) noexcept {
  const auto* const shared = std::get_if<std::shared_ptr<const BatchHandler>>(&route.handler);
  return shared == nullptr ? nullptr : shared->get();
}

Response method_not_allowed(const std::string& allow) {
  Response response = error_response(405, "Method not allowed");
  response.headers.emplace_back("Allow", allow);
  return response;
}

}  // namespace

WorkerPools::WorkerPools(const PoolOptions& options)
    : general_("general", options.general_workers, options.queue_size, run, may_join),
      password_("password", options.password_workers, options.queue_size, run, may_join),
      check_("check", options.check_workers, options.queue_size, run, may_join) {}

void WorkerPools::run(RequestPool::Batch& pending) noexcept {
  pending.front().application->run(pending);
}

bool WorkerPools::may_join(const PendingRequest& one, const PendingRequest& other) noexcept {
  const BatchHandler* const handler = batch_handler_of(*one.route);
  return handler != nullptr && handler == batch_handler_of(*other.route) && !one.alone &&
         !other.alone;
}

RequestPool& WorkerPools::operator[](Pool pool) {
  switch (pool) {
    case Pool::kPassword:
      return password_;
    case Pool::kCheck:
      return check_;
    case Pool::kGeneral:
    case Pool::kInline:
      break;
  }
  return general_;
}

std::array<const RequestPool*, 3> WorkerPools::all() const {
  return {&general_, &password_, &check_};
}

void WorkerPools::drain() noexcept {
  general_.drain();
  password_.drain();
  check_.drain();
}

Application::Application(Router router, WorkerPools& pools, ExchangeLog log, Cors cors)
    : router_(std::move(router)), pools_(pools), log_(std::move(log)), cors_(std::move(cors)) {}

void Application::handle(Request request, Reply reply) {
  if (auto preflight = cors_.preflight(request)) {
    finish(request, kNoRoute, reply, *std::move(preflight));
    return;
  }
  Router::Result found = router_.find(request.method, request.path);
  if (std::holds_alternative<Router::NotFound>(found)) {
    finish(request, kNoRoute, reply, error_response(404, "Not found"));
    return;
  }
  if (const auto* wrong = std::get_if<Router::MethodNotAllowed>(&found)) {
    finish(request, kNoRoute, reply, method_not_allowed(wrong->allow));
    return;
  }
  auto& match = std::get<Router::Match>(found);
  request.path_parameters = std::move(match.parameters);
  PendingRequest pending{this, match.route, std::move(request), std::move(reply)};
  if (refusing_) {
    pending.reply.close_after();
  } else if (match.route->pool == Pool::kInline) {
    run_alone(std::move(pending));
    return;
  } else if (pools_[match.route->pool].try_submit(pending)) {
    return;
  }
  finish(pending, unavailable("The service is busy"));
}

void Application::run(RequestPool::Batch& pending) noexcept {
  if (refusing_) {
    for (PendingRequest& one : pending) {
      one.reply.close_after();
    }
  }
  const Route& route = *pending.front().route;
  if (const BatchHandler* const handler = batch_handler_of(route)) {
    run_together(*handler, pending);
  } else {
    run_one(std::get<Handler>(route.handler), pending.front());
  }
}

void Application::run_alone(PendingRequest pending) noexcept {
  RequestPool::Batch batch;
  batch.push_back(std::move(pending));
  run(batch);
}

void Application::run_one(const Handler& handler, PendingRequest& pending) {
  Response response;
  const auto failure = failure_of([&] { response = handler(pending.request); });
  finish(pending, failure.value_or(std::move(response)));
}

void Application::run_together(const BatchHandler& handler, RequestPool::Batch& pending) {
  std::vector<PendingRequest*> unanswered;  // null once answered
  const auto failure = failure_of([&] {
    std::vector<const Request*> requests;
    for (PendingRequest& one : pending) {
      requests.push_back(&one.request);
      unanswered.push_back(&one);
    }
    handler(requests, [&](std::size_t place, Response response) {
      if (auto* const one = std::exchange(unanswered.at(place), nullptr)) {
        finish(*one, std::move(response));
      }
    });
  });
  for (PendingRequest* const one : unanswered) {
    if (one == nullptr) {
      continue;
    }
    if (pending.size() == 1) {
      finish(*one, failure.value_or(internal_error("left unanswered")));
      continue;
    }
    one->alone = true;
    if (!pools_[one->route->pool].try_submit(*one)) {
      run_alone(std::move(*one));
    }
  }
}

void Application::finish(PendingRequest& pending, Response response) {
  finish(pending.request, pending.route->pattern, pending.reply, std::move(response));
}

void Application::finish(const Request& request, std::string_view route, Reply& reply,
                         Response response) {
  cors_.share(request, response);
  const auto duration = std::chrono::steady_clock::now() - request.received_at;
  // Logged first: who has the answer can expect to find the line.
  log_(Exchange{request.request_id, request.method, route, response.status,
                std::chrono::duration_cast<std::chrono::microseconds>(duration),
                response.log_note});
  reply.send(std::move(response));
}

}  // namespace zenzefi::http
