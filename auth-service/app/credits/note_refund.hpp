#pragma once

#include "app/database.hpp"

namespace zenzefi::app {

// Notes that an operator gave a payment back by hand. Thread-safe.
class NoteRefund {
 public:
  explicit NoteRefund(Database& database) : database_(database) {}

  // kNotFound: no such payment. kConflict: it was credited, or given back before.
  domain::Result<void> run(const PaymentKey& key);

 private:
  Database& database_;
};

}  // namespace zenzefi::app
