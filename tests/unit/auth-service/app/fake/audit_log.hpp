// The audit log in memory, without chains: those are PostgreSQL's to keep.
#pragma once

#include "app/store/audit_log.hpp"
#include "fake/state.hpp"

namespace zenzefi::test {

class FakeAuditLog final : public app::AuditLog {
 public:
  FakeAuditLog(State& state, Timestamp now) : state_(state), now_(now) {}

  void append(const NewEntry& entry) override { state_.audit.push_back({entry, now_}); }
  void append_all(std::span<const NewEntry> entries) override {
    for (const NewEntry& entry : entries) {
      append(entry);
    }
  }
  [[nodiscard]] domain::Page<domain::AuditEntry> list(
      const Filter& filter, const domain::PageRequest& page) const override;

 private:
  State& state_;
  Timestamp now_;
};

}  // namespace zenzefi::test
