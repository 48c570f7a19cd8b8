#include "http/service.hpp"

#include <chrono>
#include <utility>

#include "http/metrics/metrics.hpp"
#include "http/server/pistache_server.hpp"

namespace zenzefi::http {
namespace {

// How long clients that keep a connection are told 503 before it is closed under them.
constexpr std::chrono::milliseconds kFarewell{250};

// As much as a payment provider's events have; nginx lets clients send less.
constexpr ParserLimits kPublicLimits{.max_body = 64UL * 1024};

// What asks for a token check may pass on the headers and the path of the request it asks about.
constexpr ParserLimits kInternalLimits{
    .max_head = 64UL * 1024, .max_path = 16UL * 1024, .max_headers = 256};

ServerOptions server_options(const ServiceOptions& options, std::uint16_t port,
                             const ParserLimits& limits) {
  ServerOptions server;
  server.address = options.address;
  server.port = port;
  server.io_threads = options.io_threads;
  server.connection.parser = limits;
  return server;
}

}  // namespace

class Service::Impl {
 public:
  Impl(const ServiceOptions& options, Router public_routes, Router internal_routes, ExchangeLog log,
       SampleSource samples)
      : log_(std::move(log)),
        samples_(std::move(samples)),
        pools_(options.pools),
        public_application_(std::move(public_routes), pools_, observer(),
                            Cors{options.cors_origins}),
        internal_application_(with_metrics(std::move(internal_routes)), pools_, observer(),
                              Cors{{}}),
        public_server_(server_options(options, options.public_port, kPublicLimits),
                       handler_of(public_application_)),
        internal_server_(server_options(options, options.internal_port, kInternalLimits),
                         handler_of(internal_application_)) {}

  ~Impl() { drain_and_stop(); }

  void start() {
    internal_server_.start();
    public_server_.start();
  }

  void drain_and_stop() noexcept {
    public_application_.refuse_new();
    internal_application_.refuse_new();
    pools_.drain();
    public_server_.wait_until_unused(kFarewell);
    public_server_.stop();
    internal_server_.stop();
  }

  [[nodiscard]] std::uint16_t public_port() const { return public_server_.port(); }
  [[nodiscard]] std::uint16_t internal_port() const { return internal_server_.port(); }

 private:
  ExchangeLog observer() {
    return [this](const Exchange& exchange) {
      metrics_.record(exchange);
      if (log_) {
        log_(exchange);
      }
    };
  }

  Router with_metrics(Router router) {
    router.add(Method::kGet, "/metrics", Pool::kInline, [this](const Request& /*request*/) {
      Response response;
      response.headers.emplace_back("Content-Type", kMetricsContentType);
      response.body = metrics_.text(
          pools_,
          {{"public", public_server_.connections()}, {"internal", internal_server_.connections()}},
          samples_ ? samples_() : std::vector<Sample>{});
      return response;
    });
    return router;
  }

  static RequestHandler handler_of(Application& application) {
    return [&application](Request request, Reply reply) {
      application.handle(std::move(request), std::move(reply));
    };
  }

  const ExchangeLog log_;
  const SampleSource samples_;
  Metrics metrics_;
  WorkerPools pools_;
  Application public_application_;
  Application internal_application_;
  PistacheServer public_server_;
  PistacheServer internal_server_;
};

Service::Service(const ServiceOptions& options, Router public_routes, Router internal_routes,
                 ExchangeLog log, SampleSource samples)
    : impl_(std::make_unique<Impl>(options, std::move(public_routes), std::move(internal_routes),
                                   std::move(log), std::move(samples))) {}

Service::~Service() = default;

void Service::start() {
  impl_->start();
}

std::uint16_t Service::public_port() const {
  return impl_->public_port();
}

std::uint16_t Service::internal_port() const {
  return impl_->internal_port();
}

void Service::drain_and_stop() noexcept {
  impl_->drain_and_stop();
}

}  // namespace zenzefi::http
