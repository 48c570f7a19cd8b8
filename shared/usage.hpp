// What went through nginx, on its way from nginx's workers to the auth service: entries of the
// Redis stream `usage`.
//
//   XADD usage MAXLEN ~ <kUsageStreamLength> * writer <uuid> sequence <n> deltas <JSON>
//
// An entry is one batch of one writer (an nginx worker, from its start to its end). A writer counts
// its batches from 1 on and sends one batch again, unchanged, until Redis has answered: whatever
// arrives twice is counted once, by writer and sequence. The deltas are what was added since the
// batch before:
//
//   [{"token_id":"<uuid>","user_id":"<uuid>","ip_address":"192.0.2.7","user_agent":"curl/8",
//     "requests":3,"bytes_in":512,"bytes_out":70000,
//     "first_activity":"<ISO 8601>","last_activity":"<ISO 8601>"}]
//
// One token from one address with one user agent is one session, and at most one delta of a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi {

inline constexpr std::string_view kUsageStream = "usage";
inline constexpr std::string_view kUsageGroup = "auth-service";
inline constexpr std::string_view kUsageWriterField = "writer";
inline constexpr std::string_view kUsageSequenceField = "sequence";
inline constexpr std::string_view kUsageDeltasField = "deltas";

// Batches that Redis keeps while nobody reads them: days of a few workers.
inline constexpr std::uint32_t kUsageStreamLength = 1'000'000;

inline constexpr std::size_t kMaxUsageDeltas = 256;  // of one batch
inline constexpr std::size_t kMaxUsageDeltasLength = std::size_t{512} * 1024;
inline constexpr std::size_t kMaxUsageUserAgentLength = 255;
// Of one delta. Far beyond what a second holds, far below where a sum could overflow.
inline constexpr std::uint64_t kMaxUsageCount = std::uint64_t{1} << 50;

// Requests count when they begin, bytes as they pass: a delta without a request belongs to one that
// goes on (a WebSocket, a download).
struct UsageDelta {
  Uuid token_id;
  Uuid user_id;
  std::string ip_address;  // IPv4 or IPv6 as text; empty when the client has none (a Unix socket)
  std::string user_agent;
  std::uint64_t requests = 0;
  std::uint64_t bytes_in = 0;   // from the client: request lines, headers and bodies
  std::uint64_t bytes_out = 0;  // to the client
  Timestamp first_activity;     // in this delta
  Timestamp last_activity;

  friend bool operator==(const UsageDelta&, const UsageDelta&) = default;
};

// What is kept of a User-Agent header: printable ASCII, at most kMaxUsageUserAgentLength
// characters;
// `?` for every other byte. Deltas and their sessions are told apart by this.
[[nodiscard]] std::string usage_user_agent(std::string_view header);

// Writes the value of the field `deltas`, one after the other. User agents are written as
// usage_user_agent() makes them, counts above kMaxUsageCount as that.
class UsageDeltasText {
 public:
  explicit UsageDeltasText(std::size_t expected_deltas);

  // At most kMaxUsageDeltas; an address that is none is read as empty.
  void add(const UsageDelta& delta);
  // The whole; nothing may be added after that.
  [[nodiscard]] std::string finish();

 private:
  // Of a batch nearly all times are the same second or two.
  class TimeText {
   public:
    [[nodiscard]] std::string_view of(Timestamp time);

   private:
    Timestamp time_;
    std::string text_;
  };

  std::string text_;
  TimeText first_;
  TimeText last_;
};

// Of all of them.
[[nodiscard]] std::string format_usage_deltas(std::span<const UsageDelta> deltas);

// Unknown fields are ignored; an address that is none becomes empty. Empty for anything else that
// format_usage_deltas() does not write, over-long text included.
[[nodiscard]] std::optional<std::vector<UsageDelta>> parse_usage_deltas(
    std::string_view json) noexcept;

}  // namespace zenzefi
