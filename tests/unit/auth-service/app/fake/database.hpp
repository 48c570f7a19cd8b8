// The database in memory: units of work one after another, each on a copy that is taken over when
// it succeeds. It says nothing about races; those are for the tests with a real PostgreSQL.
#pragma once

#include <cstddef>
#include <functional>

#include "app/database.hpp"
#include "fake/state.hpp"
#include "shared/clock.hpp"

namespace zenzefi::test {

class FakeDatabase final : public app::Database {
 public:
  explicit FakeDatabase(const Clock& clock) : clock_(clock) {}

  State state;
  bool is_down = false;
  // Queries for access tokens so far.
  std::size_t round_trips = 0;
  // Called before the next unit of work, once: what others do in between.
  std::function<void()> before_next_run;

  domain::Result<void> ping() override;

 protected:
  domain::Result<void> execute(const Callback& callback) override;
  domain::Result<void> execute_read(const ReadCallback& callback) override;

 private:
  const Clock& clock_;
};

}  // namespace zenzefi::test
