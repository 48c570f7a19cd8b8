#include "commands/payments.hpp"

#include <iostream>

#include "app/credits/note_refund.hpp"
#include "commands/report.hpp"
#include "infra/postgres/postgres_database.hpp"

namespace zenzefi::commands {

int note_refund(const NoteRefundCommand& command, infra::PostgresSettings settings) {
  settings.pool_min = 0;
  infra::PostgresDatabase database(settings);
  const auto noted = app::NoteRefund(database).run({command.provider, command.reference});
  if (!noted) {
    return report(noted.error());
  }
  std::cout << command.provider << ' ' << command.reference << ": noted as given back\n";
  return 0;
}

}  // namespace zenzefi::commands
