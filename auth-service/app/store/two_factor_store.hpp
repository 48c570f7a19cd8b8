// Second factors in the database, within one transaction. Whoever changes one holds its user's row
// (UserStore::lock()), so that of two uses of one code the second sees the first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shared/timestamp.hpp"
#include "shared/token.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

struct SecondFactor {
  std::string sealed_secret;
  std::optional<Timestamp> enabled_at;    // empty: set up, and nothing asks for it yet
  std::optional<std::int64_t> last_step;  // RFC 6238's T of the last code that was accepted
};

class TwoFactorStore {
 public:
  TwoFactorStore() = default;
  TwoFactorStore(const TwoFactorStore&) = delete;
  TwoFactorStore& operator=(const TwoFactorStore&) = delete;
  virtual ~TwoFactorStore() = default;

  [[nodiscard]] virtual std::optional<SecondFactor> find(const Uuid& user_id) const = 0;
  // Backup codes that were not used yet.
  [[nodiscard]] virtual std::size_t count_backup_codes(const Uuid& user_id) const = 0;

  // Takes the place of one that was set up before, enabled or not.
  virtual void set_up(const Uuid& user_id, std::string_view sealed_secret) = 0;
  virtual void enable(const Uuid& user_id, Timestamp now) = 0;
  // No code of `step` or before is accepted from now on.
  virtual void accept(const Uuid& user_id, std::int64_t step, std::string_view sealed_secret) = 0;
  virtual void add_backup_codes(const Uuid& user_id, std::span<const TokenHash> hashes) = 0;
  // True for a code that is there and was not used; from then on it was.
  virtual bool use_backup_code(const Uuid& user_id, const TokenHash& hash, Timestamp now) = 0;
  // The secret and the backup codes.
  virtual void remove(const Uuid& user_id) = 0;
};

}  // namespace zenzefi::app
