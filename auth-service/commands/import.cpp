#include "commands/import.hpp"

#include <iostream>

#include "app/moving/import_accounts.hpp"
#include "commands/report.hpp"
#include "infra/crypto/aes_gcm_token_sealer.hpp"
#include "infra/crypto/openssl_entropy.hpp"
#include "infra/postgres/earlier_tables.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "shared/clock.hpp"

namespace zenzefi::commands {
namespace {

// One transaction may take as long as it needs.
infra::PostgresSettings patient(infra::PostgresSettings settings) {
  settings.pool_min = 0;
  settings.silence_timeout = std::chrono::hours{24};
  return settings;
}

}  // namespace

int import_accounts(const ImportCommand& command, const config::ImportSettings& settings) {
  const auto earlier = infra::read_earlier_tables(command.dsn, command.schema);
  if (!earlier) {
    return report(earlier.error());
  }
  infra::PostgresDatabase database(patient(settings.postgres));
  infra::AesGcmTokenSealer sealer(settings.sealing.current, settings.sealing.previous);
  infra::OpensslEntropy entropy;
  const SystemClock clock;
  const auto output =
      app::ImportAccounts(database, sealer, entropy, clock).run(*earlier, command.rehearsal);
  if (!output) {
    return report(output.error());
  }
  for (const std::string& line : output->left_behind) {
    std::cout << "not taken: " << line << '\n';
  }
  std::cout << (command.rehearsal ? "would take " : "took ") << output->users << " of "
            << earlier->users.size() << " users with " << output->balances.to_string()
            << " ZNC, and " << output->tokens << " of " << earlier->tokens.size()
            << " access tokens\n";
  return 0;
}

}  // namespace zenzefi::commands
