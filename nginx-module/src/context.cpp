#include "context.hpp"

#include <array>
#include <cstddef>
#include <new>
#include <type_traits>

#include "limit_access.hpp"
#include "lookup/lookups.hpp"
#include "streams/streams.hpp"
#include "usage/usage_meter.hpp"
#include "worker.hpp"

namespace zenzefi::gateway {
namespace {

static_assert(std::is_trivially_destructible_v<Context>, "nobody ends it when nginx ends");

// The memory of contexts whose requests have ended is kept for the next ones. In the request's pool
// they could take the last room of a block, and every request would have one block more to get.
// Kept apart from that memory, which the processor may have to fetch again.
class Spares {
 public:
  void* take() noexcept {
    return count_ == 0 ? ::operator new(sizeof(Context), std::nothrow) : kept_[--count_];
  }
  void keep(void* memory) noexcept {
    if (count_ < kept_.size()) {
      kept_[count_++] = memory;
    } else {
      ::operator delete(memory);
    }
  }

 private:
  std::array<void*, 1024> kept_;
  std::size_t count_ = 0;
};
Spares spares;

void request_ended(void* data) noexcept {
  auto& context = *static_cast<Context*>(data);
  Lookups::leave(context);
  if (Worker* worker = Worker::current()) {
    worker->limits().ended(context);
    if (UsageMeter* usage = worker->usage()) {
      usage->ended(context);
    }
    worker->streams().ended(context);
  }
  spares.keep(data);
}

Context* remember(ngx_http_request_t* main, void* context) noexcept {
  ngx_http_set_ctx(main, context, ngx_http_access_token_module);
  return static_cast<Context*>(context);
}

}  // namespace

Context* find_context(ngx_http_request_t* request) noexcept {
  ngx_http_request_t* main = request->main;
  if (void* context = ngx_http_get_module_ctx(main, ngx_http_access_token_module)) {
    return static_cast<Context*>(context);
  }
  // An internal redirect forgets what modules have noted about the request.
  if (main->internal == 0 && main->filter_finalize == 0) {
    return nullptr;
  }
  for (ngx_pool_cleanup_t* cleanup = main->pool->cleanup; cleanup != nullptr;
       cleanup = cleanup->next) {
    if (cleanup->handler == &request_ended) {
      return remember(main, cleanup->data);
    }
  }
  return nullptr;
}

Context* find_or_create_context(ngx_http_request_t* request) noexcept {
  if (Context* context = find_context(request)) {
    return context;
  }
  ngx_http_request_t* main = request->main;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(main->pool, 0);
  void* memory = cleanup == nullptr ? nullptr : spares.take();
  if (memory == nullptr) {
    return nullptr;
  }
  auto* context = new (memory) Context;
  context->request = main;
  cleanup->data = context;
  cleanup->handler = &request_ended;
  return remember(main, context);
}

}  // namespace zenzefi::gateway
