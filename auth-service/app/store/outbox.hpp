// Tokens whose record in Redis is out of date, within one transaction. A row is written together
// with the change it announces (a revocation, an extension), and goes only after Redis has
// confirmed what the token is by then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "shared/timestamp.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

struct PendingInvalidation {
  std::int64_t id = 0;
  TokenHash hash;
  PreciseTimestamp since;
};

class Outbox {
 public:
  Outbox() = default;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  virtual ~Outbox() = default;

  virtual std::vector<PendingInvalidation> add(std::span<const TokenHash> hashes) = 0;
  PendingInvalidation add(const TokenHash& hash) { return add(std::span{&hash, 1}).front(); }

  // The oldest ones that no other instance holds; held until the transaction ends.
  [[nodiscard]] virtual std::vector<PendingInvalidation> lock_oldest(std::size_t limit) = 0;

  // Committed by anybody, and waiting for longer than that.
  [[nodiscard]] virtual bool holds_older_than(std::chrono::milliseconds age) const = 0;

  virtual void remove(std::span<const std::int64_t> ids) = 0;
};

}  // namespace zenzefi::app
