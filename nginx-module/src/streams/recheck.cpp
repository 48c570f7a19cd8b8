#include "streams/recheck.hpp"

#include <memory>
#include <new>

#include "now.hpp"
#include "service_check.hpp"
#include "streams/stand_in_request.hpp"
#include "streams/streams.hpp"

namespace zenzefi::gateway {

class Recheck {
 public:
  explicit Recheck(Rechecks& all) noexcept : all_(&all) {}
  ~Recheck() { ngx_queue_remove(&place_); }
  Recheck(const Recheck&) = delete;
  Recheck& operator=(const Recheck&) = delete;

  [[nodiscard]] bool prepare(const Context& stream) noexcept;
  void start() noexcept;

  [[nodiscard]] const Context& context() const noexcept { return *context_; }

 private:
  friend class Rechecks;

  static void entered(void* recheck) noexcept;
  void go_on() noexcept;

  Rechecks* all_;
  ngx_queue_t place_{&place_, &place_};
  StandInRequest request_;
  Context* context_ = nullptr;
  ngx_str_t service_{};
  bool done_ = false;
};

bool Recheck::prepare(const Context& stream) noexcept {
  if (!request_.make(*stream.request, &Recheck::entered, this)) {
    return false;
  }
  context_ = find_or_create_context(request_.get());
  if (context_ == nullptr) {
    return false;
  }
  context_->hash = stream.hash;
  context_->progress = Progress::kToken;
  service_ = stream.stream.conf->service;
  return true;
}

void Recheck::start() noexcept {
  all_->lookups_.join(*context_);
  go_on();
  request_.run_posted();
}

void Recheck::entered(void* recheck) noexcept {
  static_cast<Recheck*>(recheck)->go_on();
}

void Recheck::go_on() noexcept {
  if (context_->progress == Progress::kMustAsk) {
    static_cast<void>(ask_service(request_.get(), *context_, service_));
  }
  if (context_->progress == Progress::kDecided && !done_) {
    done_ = true;
    all_->report(*this);
  }
}

Rechecks::Rechecks(Streams& streams, Lookups& lookups) noexcept
    : streams_(streams), lookups_(lookups) {
  ngx_queue_init(&under_way_);
  ngx_queue_init(&done_);
  reaper_.data = this;
  reaper_.handler = &Rechecks::reap;
  reaper_.log = ngx_cycle->log;
}

Rechecks::~Rechecks() {
  if (reaper_.posted != 0) {
    ngx_delete_posted_event(&reaper_);
  }
  for (ngx_queue_t* queue : {&under_way_, &done_}) {
    while (!ngx_queue_empty(queue)) {
      delete ngx_queue_data(ngx_queue_head(queue), Recheck, place_);
    }
  }
}

bool Rechecks::begin(const Context& stream) noexcept {
  std::unique_ptr<Recheck> recheck{new (std::nothrow) Recheck{*this}};
  if (recheck == nullptr || !recheck->prepare(stream)) {
    return false;
  }
  ngx_queue_insert_tail(&under_way_, &recheck->place_);
  ++count_;
  recheck.release()->start();
  return true;
}

// Within calls that still use the request: it goes later.
void Rechecks::report(const Recheck& recheck) noexcept {
  ngx_queue_t& place = const_cast<Recheck&>(recheck).place_;
  ngx_queue_remove(&place);
  ngx_queue_insert_tail(&done_, &place);
  ngx_post_event(&reaper_, &ngx_posted_events);
}

void Rechecks::reap(ngx_event_t* event) noexcept {
  auto& self = *static_cast<Rechecks*>(event->data);
  while (!ngx_queue_empty(&self.done_)) {
    const std::unique_ptr<Recheck> recheck{
        ngx_queue_data(ngx_queue_head(&self.done_), Recheck, place_)};
    --self.count_;
    const Context& context = recheck->context();
    self.streams_.found(context.hash, context.decision);
  }
}

}  // namespace zenzefi::gateway
