// Whether what Redis grants can be believed as it stands: the age of the service's word that every
// revocation has come.
#include <utility>

#include "now.hpp"
#include "redis/link.hpp"
#include "redis/replies.hpp"
#include "shared/keys.hpp"

namespace zenzefi::gateway::redis {

// Always before what the other commands prove, so that it is known by then.
void Link::ask_about_delivery() noexcept {
  query_.send(&Link::on_delivery, this, {"PTTL", kDeliveredKey});
}

void Link::on_delivery(redisAsyncContext* /*context*/, void* reply, void* link) noexcept {
  if (reply != nullptr) {
    static_cast<Link*>(link)->heard_of_delivery(*static_cast<const redisReply*>(reply));
  }
}

void Link::heard_of_delivery(const redisReply& time_to_live) noexcept {
  if (time_to_live.type == REDIS_REPLY_ERROR && state_ == State::kConnecting) {
    const ngx_str_t why = borrow(text_of(time_to_live));
    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "access_token: %V while asking Redis at %V whether revocations come to it", &why,
                  &endpoint().text);
  }
  const bool is_informed = !is_delivery_overdue(time_to_live);
  if (std::exchange(is_informed_, is_informed) == is_informed) {
    return;
  }
  const std::string_view what = is_informed ? "come" : "no longer come";
  ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                "access_token: revocations %*s to Redis at %V, as far as the auth service says",
                what.size(), what.data(), &endpoint().text);
  if (!is_informed) {
    l1_.drop_all(exact_moment());
    if (listener_ != nullptr) {
      listener_->all_changed();
    }
  }
}

}  // namespace zenzefi::gateway::redis
