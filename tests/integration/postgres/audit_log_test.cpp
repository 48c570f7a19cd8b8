// The chains of the audit log, and who finds them broken.
#include <gtest/gtest.h>

#include <algorithm>

#include "infra/postgres/audit_verifier.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

using domain::AuditAction;

class AuditChains : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = migrated_database();
  infra::PostgresDatabase database_{settings_};
  Uuid ann_ = add_user(database_);
  Uuid bob_ = add_user(database_);

  bool write(const std::optional<Uuid>& account, const std::string& detail = "x") {
    return database_
        .run([&](app::Transaction& t) -> domain::Result<bool> {
          t.audit().append({.action = AuditAction::kAccountUpdated,
                            .account_id = account,
                            .actor_id = account,
                            .target_type = domain::AuditTarget::kAccount,
                            .target_id = account,
                            .detail = {{"note", detail}},
                            .ip_address = "2001:db8::1"});
          return true;
        })
        .has_value();
  }
  void write_all() {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(write(ann_, "Ünï \"quoted\" \\ " + std::to_string(i)));
      ASSERT_TRUE(write(bob_));
      ASSERT_TRUE(write(std::nullopt));
    }
  }
  // What only somebody who has taken the log's guards away can do.
  void tamper(const std::string& sql) {
    ASSERT_EQ(attempt(settings_, "ALTER TABLE audit_log DISABLE TRIGGER USER;" + sql +
                                     ";ALTER TABLE audit_log ENABLE TRIGGER USER"),
              "");
  }
  infra::AuditVerdict verify() { return infra::verify_audit_log(settings_).value(); }
  std::string first_broken() {
    const auto verdict = verify();
    return verdict.first_broken ? verdict.first_broken->to_string() : "";
  }
  [[nodiscard]] std::string ann() const { return "'" + ann_.to_string() + "'"; }
};

TEST_F(AuditChains, AnUntouchedLogIsWhole) {
  EXPECT_EQ(verify().entries, 0U);
  write_all();
  EXPECT_EQ(first_broken(), "");
  EXPECT_EQ(verify().entries, 9U);
  EXPECT_EQ(ask(settings_, "SELECT max(sequence) FROM audit_log WHERE chain_id = " + ann()), "3");
}

TEST_F(AuditChains, AnEntryOfATransactionThatFailedIsNotThere) {
  const auto failed = database_.run([&](app::Transaction& t) -> domain::Result<bool> {
    t.audit().append({.action = AuditAction::kAccountUpdated,
                      .account_id = ann_,
                      .target_type = domain::AuditTarget::kAccount});
    return domain::fail(domain::ErrorCode::kConflict, "no");
  });
  ASSERT_FALSE(failed);
  write_all();
  EXPECT_EQ(first_broken(), "");
}

TEST_F(AuditChains, WritersAtOnceMakeOneChain) {
  const auto written =
      concurrently(40, [&](std::size_t i) { return write(i % 4 == 0 ? bob_ : ann_); });
  EXPECT_EQ(std::count(written.begin(), written.end(), true), 40);
  EXPECT_EQ(first_broken(), "");
  EXPECT_EQ(ask(settings_, "SELECT max(sequence) FROM audit_log WHERE chain_id = " + ann()), "30");
}

TEST_F(AuditChains, EveryChangedColumnShows) {
  write_all();
  const std::string entry = "chain_id = " + ann() + " AND sequence = 2";
  const std::string broken = "(number 2 of account " + ann_.to_string() + ")";
  const auto expect_shown = [&](const std::string& change) {
    tamper("CREATE TABLE saved AS SELECT * FROM audit_log WHERE " + entry +
           ";ALTER TABLE audit_log ALTER COLUMN id DROP IDENTITY; UPDATE audit_log SET " + change +
           " WHERE " + entry);
    EXPECT_NE(first_broken().find(broken), std::string::npos) << change << ": " << first_broken();
    tamper("DELETE FROM audit_log WHERE " + entry +
           "; INSERT INTO audit_log SELECT * FROM saved; DROP TABLE saved; ALTER TABLE audit_log "
           "ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START 100)");
    ASSERT_EQ(first_broken(), "") << "put back after " << change;
  };
  for (const char* const change :
       {"actor_id = NULL", "action = 'account.credited'", "target_type = 'token'",
        "target_id = gen_random_uuid()", "detail = '{}'", "detail = '{\"note\": \"y\"}'",
        "ip_address = NULL", "created_at = created_at + interval '1 microsecond'",
        "hash = sha256('x')", "previous_hash = sha256('x')", "id = 1000"}) {
    expect_shown(change);
  }
}

TEST_F(AuditChains, AMissingEntryShows) {
  write_all();
  tamper("DELETE FROM audit_log WHERE chain_id = " + ann() + " AND sequence = 2");
  EXPECT_NE(first_broken().find("number 2 of account " + ann_.to_string() + ") is missing"),
            std::string::npos)
      << first_broken();
}

TEST_F(AuditChains, AChainCutShortShows) {
  write_all();
  tamper("DELETE FROM audit_log WHERE chain_id = " + ann() + " AND sequence = 3");
  EXPECT_NE(first_broken().find("number 3 of account " + ann_.to_string()), std::string::npos)
      << first_broken();
  tamper("DELETE FROM audit_log WHERE chain_id = " + ann());
  EXPECT_NE(first_broken().find("number 1 of account " + ann_.to_string()), std::string::npos)
      << first_broken();
  tamper("DELETE FROM audit_chains WHERE chain_id = '" + bob_.to_string() +
         "'; UPDATE audit_chains SET length = 0 WHERE chain_id = " + ann());
  EXPECT_NE(first_broken().find("of account " + bob_.to_string()), std::string::npos)
      << first_broken();
}

TEST_F(AuditChains, AnEntryMovedToAnotherChainShows) {
  write_all();
  tamper("UPDATE audit_log SET chain_id = '" + bob_.to_string() +
         "', sequence = 4 WHERE chain_id = " + ann() + " AND sequence = 3");
  EXPECT_NE(first_broken(), "");
}

TEST_F(AuditChains, GoesOnPastABatch) {
  ASSERT_EQ(attempt(settings_, "INSERT INTO audit_log (chain_id, action, target_type) SELECT " +
                                   ann() + ", 'a', 'account' FROM generate_series(1, 5001)"),
            "");
  EXPECT_EQ(verify().entries, 5001U);
  EXPECT_EQ(first_broken(), "");
}

}  // namespace
}  // namespace zenzefi::test
