#include "tests/integration/postgres/database_contract.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;
using std::chrono::seconds;

template <typename Subject>
class TwoFactorContract : public DatabaseContract<Subject> {
 protected:
  std::optional<app::SecondFactor> factor(const Uuid& id) {
    return this->in_transaction([&](Transaction& t) { return t.two_factor().find(id); });
  }
  bool use(const Uuid& id, const TokenHash& hash) {
    return this->in_transaction(
        [&](Transaction& t) { return t.two_factor().use_backup_code(id, hash, kNow); });
  }
  std::size_t codes_left(const Uuid& id) {
    return this->database_
        .read([&](const Transaction& t) -> domain::Result<std::size_t> {
          return t.two_factor().count_backup_codes(id);
        })
        .value();
  }
};

TYPED_TEST_SUITE(TwoFactorContract, DatabaseSubjects);

TYPED_TEST(TwoFactorContract, KeepsASecondFactor) {
  const Uuid id = add_user(this->database_);
  EXPECT_FALSE(this->factor(id).has_value());
  const std::string sealed{"\x01\0'\\\xFF sealed", 12};
  this->change([&](Transaction& t) { t.two_factor().set_up(id, sealed); });
  EXPECT_EQ(this->factor(id)->sealed_secret, sealed);
  EXPECT_FALSE(this->factor(id)->enabled_at.has_value());
  EXPECT_FALSE(this->factor(id)->last_step.has_value());

  this->change([&](Transaction& t) {
    t.two_factor().accept(id, 58'000'000'000, "again");
    t.two_factor().enable(id, kNow);
  });
  EXPECT_EQ(this->factor(id)->sealed_secret, "again");
  EXPECT_EQ(this->factor(id)->enabled_at, kNow);
  EXPECT_EQ(this->factor(id)->last_step, 58'000'000'000);

  this->change([&](Transaction& t) { t.two_factor().set_up(id, "new"); });
  EXPECT_EQ(this->factor(id)->sealed_secret, "new");
  EXPECT_FALSE(this->factor(id)->enabled_at.has_value());
  EXPECT_FALSE(this->factor(id)->last_step.has_value());
}

TYPED_TEST(TwoFactorContract, ABackupCodeIsGoodOnceAndForItsUser) {
  const Uuid ann = add_user(this->database_);
  const Uuid bob = add_user(this->database_);
  const std::array codes{random_hash(), random_hash(), random_hash()};
  this->change([&](Transaction& t) {
    t.two_factor().set_up(ann, "sealed");
    t.two_factor().set_up(bob, "sealed");
    t.two_factor().add_backup_codes(ann, codes);
    t.two_factor().add_backup_codes(bob, std::span{codes}.first(1));
  });
  EXPECT_EQ(this->codes_left(ann), 3U);
  EXPECT_FALSE(this->use(bob, codes[1]));
  EXPECT_TRUE(this->use(ann, codes[0]));
  EXPECT_FALSE(this->use(ann, codes[0]));
  EXPECT_FALSE(this->use(ann, random_hash()));
  EXPECT_EQ(this->codes_left(ann), 2U);
  EXPECT_TRUE(this->use(bob, codes[0])) << "the same code of somebody else";

  this->change([&](Transaction& t) { t.two_factor().remove(ann); });
  EXPECT_FALSE(this->factor(ann).has_value());
  EXPECT_EQ(this->codes_left(ann), 0U);
  EXPECT_FALSE(this->use(ann, codes[1]));
  EXPECT_TRUE(this->factor(bob).has_value());
}

}  // namespace
}  // namespace zenzefi::test
