// Second factors in memory.
#pragma once

#include "app/store/two_factor_store.hpp"
#include "fake/state.hpp"

namespace zenzefi::test {

class FakeTwoFactorStore final : public app::TwoFactorStore {
 public:
  explicit FakeTwoFactorStore(State& state) : state_(state) {}

  [[nodiscard]] std::optional<app::SecondFactor> find(const Uuid& user_id) const override;
  [[nodiscard]] std::size_t count_backup_codes(const Uuid& user_id) const override;
  void set_up(const Uuid& user_id, std::string_view sealed_secret) override;
  void enable(const Uuid& user_id, Timestamp now) override;
  void accept(const Uuid& user_id, std::int64_t step, std::string_view sealed_secret) override;
  void add_backup_codes(const Uuid& user_id, std::span<const TokenHash> hashes) override;
  bool use_backup_code(const Uuid& user_id, const TokenHash& hash, Timestamp now) override;
  void remove(const Uuid& user_id) override;

 private:
  State& state_;
};

}  // namespace zenzefi::test
