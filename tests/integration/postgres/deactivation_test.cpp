// Deactivating an account is one transaction however much the account holds.
#include "app/admin/update_user.hpp"
#include "tests/integration/postgres/two_instances.hpp"

namespace zenzefi::test {
namespace {

constexpr int kTokens = 10'000;

class Deactivation : public TwoInstances {
 protected:
  // A user who holds `kTokens`, every other of them in use since half its time.
  Uuid holder() {
    const Uuid user = add_user(database_, domain::Money::from_cents(2 * 100 * kTokens));
    const std::string fill = R"sql(
      WITH token AS (
        INSERT INTO access_tokens (id, user_id, token_hash, token_sealed, duration_hours, price_paid,
                                   activated_at)
          SELECT gen_random_uuid(), u.id, sha256(('t' || i)::bytea), '', 24, 2,
                 CASE WHEN i % 2 = 0 THEN date_trunc('second', now()) - interval '12 hours' END
            FROM users u, generate_series(1, )sql" +
                             std::to_string(kTokens) + R"sql() i
          RETURNING id, user_id)
      INSERT INTO transactions (id, user_id, amount, transaction_type, description, balance_after,
                                token_id)
        SELECT gen_random_uuid(), user_id, -2, 'purchase', '', 0, id FROM token;
      UPDATE users SET currency_balance = 0;
    )sql";
    EXPECT_EQ(attempt(settings_, fill), "");
    return user;
  }
};

TEST_F(Deactivation, RevokesTenThousandTokensAtOnce) {
  const Uuid user = holder();
  const Uuid admin = random_uuid();
  ASSERT_EQ(attempt(settings_,
                    "INSERT INTO users (id, email, username, hashed_password, role) "
                    "VALUES ('" +
                        admin.to_string() + "', 'a@b.c', 'adm', 'x', 'admin')"),
            "");

  const auto updated = app::UpdateUser{database_, cache_, entropy_, clock_}.run(
      {.admin_id = admin, .user_id = user, .is_active = false, .role = {}, .full_name = {}});
  ASSERT_TRUE(updated.has_value()) << updated.error().detail;
  EXPECT_FALSE(updated->is_active);
  EXPECT_EQ(count("access_tokens WHERE revoked_at IS NOT NULL"), std::to_string(kTokens));
  EXPECT_EQ(count("transactions WHERE transaction_type = 'refund'"), std::to_string(kTokens));
  EXPECT_EQ(count("audit_log WHERE action = 'token.revoked'"), std::to_string(kTokens));
  EXPECT_EQ(cache_.records().size(), static_cast<std::size_t>(kTokens));
  EXPECT_EQ(count("outbox"), "0");
  // All of the unused ones, half of the others (but for the seconds this took).
  EXPECT_EQ(ask(settings_,
                "SELECT currency_balance BETWEEN 14900 AND 15000 FROM users "
                "WHERE id = '" +
                    user.to_string() + "'"),
            "t");
  // Each entry has the balance after it.
  EXPECT_EQ(ask(settings_,
                "SELECT count(*) FROM (SELECT balance_after - lag(balance_after) OVER "
                "(ORDER BY created_at) - amount AS off FROM transactions "
                "WHERE transaction_type = 'refund') entry WHERE off <> 0"),
            "0");
}

}  // namespace
}  // namespace zenzefi::test
