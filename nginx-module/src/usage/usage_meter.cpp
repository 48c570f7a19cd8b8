#include "usage/usage_meter.hpp"

#include <algorithm>

#include "entry.hpp"
#include "now.hpp"
#include "usage/traffic.hpp"

namespace zenzefi::gateway {
namespace {

// With the way to Redis no more than a second.
constexpr ngx_msec_t kPeriod = 900;

Context& context_of(ngx_queue_t& place) noexcept {
  return *ngx_queue_data(&place, Context, usage.place);
}

// None for a Unix socket.
std::string_view address_of(const ngx_http_request_t& request) noexcept {
  const ngx_connection_t& connection = *request.connection;
  const bool is_network =
      connection.sockaddr != nullptr && connection.sockaddr->sa_family != AF_UNIX;
  return is_network ? view(connection.addr_text) : std::string_view{};
}

UsageClient client_of(const Context& context, const Grant& grant) noexcept {
  const ngx_http_request_t& request = *context.request;
  const ngx_table_elt_t* agent = request.headers_in.user_agent;
  return {grant.token_id, grant.user_id, address_of(request),
          agent == nullptr ? std::string_view{} : view(agent->value)};
}

}  // namespace

UsageMeter::UsageMeter(RedisSettings endpoints, Metrics& metrics)
    : metrics_(metrics),
      sender_(endpoints, metrics, this, &UsageMeter::on_delivered),
      timer_(this, &UsageMeter::on_timer, TimerKind::kIdle) {}

UsageMeter::~UsageMeter() {
  count_open();
  while (send_batch()) {
  }
  if (sender_.busy() && sender_.finish() > 0) {
    say_lost("Redis has not taken it before the worker ended");
  }
}

void UsageMeter::expect(Context& context) const noexcept {
  std::size_t& hash = context.usage.client.hash;
  hash = UsageTable::hash_of(client_of(context, context.decision.grant));
  table_.prefetch(hash);
}

void UsageMeter::begin(Context& context) noexcept {
  if (context.usage.is_counted()) {
    return;
  }
  UsageNode& node = context.usage;
  ngx_queue_insert_tail(&open_, &node.place);
  node.client = table_.find_place(node.client.hash);
  if (!timer_.running()) {
    timer_.start(kPeriod);
  }
}

void UsageMeter::expect_end(const Context& context) const noexcept {
  if (context.usage.is_counted()) {
    table_.prefetch(context.usage.client);
  }
}

void UsageMeter::ended(Context& context) noexcept {
  if (!context.usage.is_counted()) {
    return;
  }
  count(context);
  ngx_queue_remove(&context.usage.place);
  ngx_queue_init(&context.usage.place);
}

void UsageMeter::count(Context& context) noexcept {
  UsageNode& node = context.usage;
  const Traffic traffic = traffic_of(*context.request, node);
  const UsageAmounts amounts{node.is_request_counted ? 0U : 1U, traffic.in - node.bytes_in,
                             traffic.out - node.bytes_out};
  if (!amounts.any()) {
    return;
  }
  const Timestamp now = cached_time();
  const Timestamp start{std::chrono::seconds{context.request->start_sec}};
  const Timestamp first = node.is_request_counted ? now : std::min(start, now);
  if (!table_.add(client_of(context, context.decision.grant), node.client, amounts, first, now)) {
    say_lost("there is no room for it");
  }
  node.is_request_counted = true;
  node.bytes_in = traffic.in;
  node.bytes_out = traffic.out;
}

void UsageMeter::count_open() noexcept {
  for (ngx_queue_t* place = open_.next; place != &open_; place = place->next) {
    count(context_of(*place));
  }
}

void UsageMeter::on_timer(void* usage) noexcept {
  UsageMeter& self = *static_cast<UsageMeter*>(usage);
  self.count_open();
  self.has_more_ = true;
  self.send_if_idle();
  if (!ngx_queue_empty(&self.open_) || !self.table_.empty()) {
    self.timer_.start(kPeriod);
  }
}

// While Redis takes nothing there is one batch under way, and the table holds the sum of the rest.
void UsageMeter::send_if_idle() noexcept {
  if (has_more_ && !sender_.busy()) {
    static_cast<void>(send_batch());
    has_more_ = !table_.empty();
  }
}

// False when there was nothing to send, or no memory to do it.
bool UsageMeter::send_batch() noexcept {
  if (table_.empty()) {
    return false;
  }
  const bool sent = guarded<bool>(false, [this] {
    UsageDeltasText text{std::min(table_.used(), kMaxUsageDeltas)};
    table_.take(kMaxUsageDeltas, text);
    sender_.send(text.finish());
    return true;
  });
  if (!sent) {
    say_lost("there is no memory");
  }
  return sent;
}

void UsageMeter::on_delivered(void* usage) noexcept {
  UsageMeter& self = *static_cast<UsageMeter*>(usage);
  self.has_complained_ = false;
  self.send_if_idle();
}

void UsageMeter::say_lost(std::string_view why) noexcept {
  metrics_.count(Counter::kUsageLost);
  if (has_complained_) {
    return;
  }
  has_complained_ = true;
  const ngx_str_t text = borrow(why);
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "access_token: usage is lost: %V", &text);
}

}  // namespace zenzefi::gateway
