// Reading what Redis answers.
#pragma once

#include <hiredis/hiredis.h>

#include <span>
#include <string_view>

namespace zenzefi::gateway::redis {

// Empty for what is no text.
[[nodiscard]] inline std::string_view text_of(const redisReply& reply) noexcept {
  const bool has_text = reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_STATUS ||
                        reply.type == REDIS_REPLY_ERROR;
  return has_text ? std::string_view{reply.str, static_cast<std::size_t>(reply.len)}
                  : std::string_view{};
}

// Empty for what is no array.
[[nodiscard]] inline std::span<redisReply* const> elements_of(const redisReply& reply) noexcept {
  if (reply.type != REDIS_REPLY_ARRAY) {
    return {};
  }
  return {reply.element, static_cast<std::size_t>(reply.elements)};
}

// The answer to ROLE.
[[nodiscard]] bool is_replica(const redisReply& role) noexcept;
// Likewise. A replica that has lost its master goes on to answer, from what it knew then.
[[nodiscard]] bool is_cut_off_replica(const redisReply& role) noexcept;

// The answer to PTTL of kDeliveredKey. True: somebody does bring revocations to this Redis, and it
// is not known whether the latest have come.
[[nodiscard]] bool is_delivery_overdue(const redisReply& time_to_live) noexcept;

}  // namespace zenzefi::gateway::redis
