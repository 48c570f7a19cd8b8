#include "http/application.hpp"

#include <exception>
#include <utility>

#include "http/error_response.hpp"

namespace zenzefi::http {
namespace {

Response call(const Route& route, const Request& request) noexcept {
  try {
    return route.handler(request);
  } catch (const std::exception& error) {
    return internal_error(error.what());
  } catch (...) {
    return internal_error("an exception of unknown type");
  }
}

Response method_not_allowed(const std::string& allow) {
  Response response = error_response(405, "Method not allowed");
  response.headers.emplace_back("Allow", allow);
  return response;
}

}  // namespace

WorkerPools::WorkerPools(const PoolOptions& options)
    : general_("general", options.general_workers, options.queue_size),
      password_("password", options.password_workers, options.queue_size),
      check_("check", options.check_workers, options.queue_size) {}

WorkerPool& WorkerPools::operator[](Pool pool) {
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

std::array<const WorkerPool*, 3> WorkerPools::all() const {
  return {&general_, &password_, &check_};
}

void WorkerPools::drain() noexcept {
  general_.drain();
  password_.drain();
  check_.drain();
}

struct Application::Job {
  Request request;
  Reply reply;
  const Route* route;
};

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
  const auto job = std::make_shared<Job>(Job{std::move(request), std::move(reply), match.route});
  if (refusing_) {
    job->reply.close_after();
  } else if (match.route->pool == Pool::kInline) {
    run(*job);
    return;
  } else if (pools_[match.route->pool].try_submit([this, job] { run(*job); })) {
    return;
  }
  finish(job->request, job->route->pattern, job->reply, unavailable("The service is busy"));
}

void Application::run(Job& job) noexcept {
  if (refusing_) {
    job.reply.close_after();
  }
  finish(job.request, job.route->pattern, job.reply, call(*job.route, job.request));
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
