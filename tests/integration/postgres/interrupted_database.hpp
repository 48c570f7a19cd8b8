// A database whose service is killed on the way.
#pragma once

#include "app/database.hpp"

namespace zenzefi::test {

struct Interruption {
  // Before the how manieth statement, counted over all transactions; 0: never.
  int at = 0;
  // Or after the first COMMIT, which did happen.
  bool loses_answer = false;
};

// Runs everything on another database, up to the interruption: the transaction it falls into is
// rolled back, or its outcome is not told. What comes after that fails, too: who was killed does
// nothing more. Not thread-safe.
class InterruptedDatabase final : public app::Database {
 public:
  InterruptedDatabase(app::Database& database, const Interruption& interruption)
      : database_(database), interruption_(interruption) {}

  [[nodiscard]] bool happened() const noexcept { return happened_; }

  domain::Result<void> ping() override { return database_.ping(); }

 protected:
  domain::Result<void> execute(const Callback& callback) override;
  domain::Result<void> execute_read(const ReadCallback& callback) override;

 private:
  // Throws when it is time.
  void before_statement();

  class Stores;

  app::Database& database_;
  Interruption interruption_;
  int statements_ = 0;
  bool happened_ = false;
};

}  // namespace zenzefi::test
