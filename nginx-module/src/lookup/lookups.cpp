#include "lookup/lookups.hpp"

#include <cstring>
#include <new>

#include "lookup/judgement.hpp"
#include "lookup/lookup.hpp"
#include "now.hpp"

namespace zenzefi::gateway {
namespace {

// As nginx enters a request again itself: limit_req after its delay, the upstream after resolving.
void resume(Context& context) noexcept {
  ngx_http_request_t* const r = context.request;
  ngx_connection_t* const connection = r->connection;
  ngx_http_set_log_request(connection->log, r);
  r->write_event_handler(r);
  ngx_http_run_posted_requests(connection);
}

}  // namespace

Lookups::Lookups(L1Cache l1, const ZoneSettings& settings, redis::Link* link,
                 Metrics& metrics) noexcept
    : l1_(l1), settings_(settings), link_(link), metrics_(metrics), resume_queue_(&resume) {}

Lookups::~Lookups() {
  for (Lookup*& bucket : buckets_) {
    while (bucket != nullptr) {
      Lookup* const lookup = bucket;
      bucket = lookup->next_in_bucket;
      delete lookup;
    }
  }
}

void Lookups::join(Context& context) noexcept {
  using Clock = std::chrono::steady_clock;
  const bool is_sampled = metrics_.is_sampled();
  const auto start = is_sampled ? Clock::now() : Clock::time_point{};
  const Moment now = cached_moment();
  const Finding finding = l1_.find(context.hash, cached_time(), now);
  const auto verdict = judge(finding, now, settings_.unconfirmed);
  if (!verdict) {
    ask(context, finding, now);
    return;
  }
  context.decision = decision_of(finding, *verdict);
  context.progress = Progress::kDecided;
  if (is_sampled) {
    metrics_.took(Timing::kL1, Clock::now() - start);
  }
}

void Lookups::ask(Context& context, const Finding& finding, Moment now) noexcept {
  if (Lookup* lookup = find(context.hash)) {
    metrics_.count(Counter::kCoalesced);
    lookup->add(context);
  } else if ((lookup = new (std::nothrow) Lookup(*this, context.hash)) != nullptr) {
    add(*lookup);
    lookup->add(context);
    lookup->begin();
  } else {
    context.decision = judge_in_outage(finding, now, settings_.unconfirmed);
    context.progress = Progress::kDecided;
  }
  if (context.progress != Progress::kWaiting) {
    // It goes on now, and need not be resumed.
    ngx_queue_remove(&context.place);
    ngx_queue_init(&context.place);
  }
}

void Lookups::leave(Context& context) noexcept {
  ngx_queue_remove(&context.place);
  ngx_queue_init(&context.place);
  if (context.lookup != nullptr) {
    Lookup* const lookup = context.lookup;
    context.lookup = nullptr;
    lookup->left(context);
  }
}

// The hash is SHA-256: any of its bits are as good as any others.
Lookup*& Lookups::bucket_of(const TokenHash& hash) noexcept {
  std::uint32_t bits = 0;
  std::memcpy(&bits, hash.bytes.data(), sizeof(bits));
  return buckets_[bits % kBuckets];
}

Lookup* Lookups::find(const TokenHash& hash) noexcept {
  Lookup* lookup = bucket_of(hash);
  while (lookup != nullptr && lookup->hash() != hash) {
    lookup = lookup->next_in_bucket;
  }
  return lookup;
}

void Lookups::add(Lookup& lookup) noexcept {
  Lookup*& bucket = bucket_of(lookup.hash());
  lookup.next_in_bucket = bucket;
  bucket = &lookup;
}

void Lookups::remove(Lookup& lookup) noexcept {
  Lookup** place = &bucket_of(lookup.hash());
  while (*place != &lookup) {
    place = &(*place)->next_in_bucket;
  }
  *place = lookup.next_in_bucket;
}

}  // namespace zenzefi::gateway
