#include "app/account/create_superuser.hpp"
#include "app/account/get_profile.hpp"
#include "app/account/register_user.hpp"
#include "app/account/update_profile.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::CreateSuperuser;
using app::RegisterUser;
using app::UpdateProfile;
using domain::ErrorCode;

class RegisterTest : public ServiceTest {
 protected:
  RegisterUser register_{database, hasher, entropy};
  RegisterUser::Input input_{"ada@example.com", "ada", kPassword, "Ada Lovelace"};
};

TEST_F(RegisterTest, OpensAnEmptyAccountOfAUser) {
  const auto user = register_.run(input_);
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->email, "ada@example.com");
  EXPECT_EQ(user->full_name, "Ada Lovelace");
  EXPECT_EQ(user->role, domain::Role::kUser);
  EXPECT_EQ(user->currency_balance, domain::Money{});
  EXPECT_TRUE(user->is_active);
  EXPECT_EQ(user->hashed_password, "hash of correct horse");
}

TEST_F(RegisterTest, TakesAnEmailOnceWithoutRegardToCase) {
  ASSERT_TRUE(register_.run(input_).has_value());
  input_.email = "ADA@example.com";
  input_.username = "other";
  EXPECT_EQ(code_of(register_.run(input_)), ErrorCode::kRuleViolated);
  EXPECT_EQ(database.state.users.size(), 1U);
}

TEST_F(RegisterTest, HoldsEveryFieldAgainstItsRule) {
  const std::string nul{"a\0b", 3};
  const RegisterUser::Input bad[] = {
      {"ada", "ada", kPassword, std::nullopt},
      {nul + "@example.com", "ada", kPassword, std::nullopt},
      {"ada@example.com", "a", kPassword, std::nullopt},
      {"ada@example.com", "ada", "short", std::nullopt},
      {"ada@example.com", "ada", "correct" + nul, std::nullopt},
      {"ada@example.com", "ada", kPassword, nul},
  };
  for (const auto& input : bad) {
    EXPECT_EQ(code_of(register_.run(input)), ErrorCode::kRuleViolated);
  }
  EXPECT_TRUE(database.state.users.empty());
}

class SuperuserTest : public ServiceTest {
 protected:
  CreateSuperuser create_{database, hasher, entropy};
  CreateSuperuser::Input input_{"root@example.com", "root", kPassword};
};

TEST_F(SuperuserTest, IsCreatedOnce) {
  const auto first = create_.run(input_);
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->created);
  EXPECT_EQ(first->user.role, domain::Role::kAdmin);

  input_.password = "another password";
  const auto second = create_.run(input_);
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(second->created);
  EXPECT_FALSE(second->promoted);
  EXPECT_EQ(second->user.hashed_password, "hash of correct horse");
  EXPECT_EQ(database.state.users.size(), 1U);
}

TEST_F(SuperuserTest, PromotesAndReactivatesTheAccountThereIs) {
  const Uuid id = register_user("root");
  database.state.users.at(id).is_active = false;
  const auto output = create_.run(input_);
  ASSERT_TRUE(output.has_value());
  EXPECT_TRUE(output->promoted);
  EXPECT_EQ(database.state.users.at(id).role, domain::Role::kAdmin);
  EXPECT_TRUE(database.state.users.at(id).is_active);
}

TEST_F(SuperuserTest, DoesNotTakeSomebodyElsesName) {
  register_user("root");
  input_.email = "other@example.com";
  EXPECT_EQ(code_of(create_.run(input_)), ErrorCode::kRuleViolated);
}

TEST_F(SuperuserTest, FindsTheOneAnotherInstanceCreatedMeanwhile) {
  database.before_next_run = [&] { database.before_next_run = [&] { register_user("root"); }; };
  const auto output = create_.run(input_);
  ASSERT_TRUE(output.has_value());
  EXPECT_FALSE(output->created);
  EXPECT_TRUE(output->promoted);
}

class ProfileTest : public ServiceTest {
 protected:
  void SetUp() override {
    id_ = register_user("ada");
    const auto output = signed_in("ada");
    input_.principal = *jwts.verify(output.sign_in.access_token);
  }

  domain::Result<domain::User> update(bool require_current_password = true) {
    return UpdateProfile{database, hasher, clock, require_current_password}.run(input_);
  }
  [[nodiscard]] const domain::User& user() const { return database.state.users.at(id_); }

  Uuid id_;
  UpdateProfile::Input input_;
};

TEST_F(ProfileTest, NothingGivenChangesNothing) {
  ASSERT_TRUE(update().has_value());
  EXPECT_EQ(user().hashed_password, "hash of correct horse");
  EXPECT_EQ(user().full_name, std::nullopt);
}

TEST_F(ProfileTest, NameIsSetAndRemoved) {
  input_.full_name.emplace("Ada Lovelace");
  EXPECT_EQ(update()->full_name, "Ada Lovelace");
  input_.full_name.emplace(std::nullopt);
  EXPECT_EQ(update()->full_name, std::nullopt);
}

TEST_F(ProfileTest, NewPasswordNeedsTheCurrentOne) {
  input_.password = "battery staple";
  EXPECT_EQ(code_of(update()), ErrorCode::kRuleViolated);
  input_.current_password = "wrong";
  EXPECT_EQ(code_of(update()), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_of(update(/*require_current_password=*/false)), ErrorCode::kRuleViolated);
  EXPECT_EQ(user().hashed_password, "hash of correct horse");
  input_.current_password = kPassword;
  ASSERT_TRUE(update().has_value());
  EXPECT_EQ(user().hashed_password, "hash of battery staple");
}

TEST_F(ProfileTest, OlderClientsMayLeaveTheCurrentPasswordOut) {
  input_.password = "battery staple";
  ASSERT_TRUE(update(/*require_current_password=*/false).has_value());
  EXPECT_EQ(user().hashed_password, "hash of battery staple");
}

TEST_F(ProfileTest, NewPasswordEndsEveryOtherSession) {
  signed_in("ada");
  register_user("eve");
  signed_in("eve");
  input_.password = "battery staple";
  input_.current_password = kPassword;
  ASSERT_TRUE(update().has_value());
  for (const auto& [id, session] : database.state.sessions) {
    const bool survives = id == input_.principal.session_id || session.user_id != id_;
    EXPECT_EQ(session.alive_at(clock.now()), survives);
  }
}

TEST_F(ProfileTest, NewNameEndsNoSession) {
  signed_in("ada");
  input_.full_name.emplace("Ada Lovelace");
  ASSERT_TRUE(update().has_value());
  for (const auto& [id, session] : database.state.sessions) {
    EXPECT_TRUE(session.alive_at(clock.now()));
  }
}

TEST_F(ProfileTest, OfTwoPasswordChangesAtOnceTheSecondFails) {
  input_.password = "battery staple";
  input_.current_password = kPassword;
  input_.full_name.emplace("Ada Lovelace");
  database.before_next_run = [&] {
    database.state.users.at(id_).hashed_password = "hash of a third";
  };
  EXPECT_EQ(code_of(update()), ErrorCode::kConflict);
  EXPECT_EQ(user().hashed_password, "hash of a third");
  EXPECT_EQ(user().full_name, std::nullopt);
}

TEST_F(ProfileTest, AccountThatIsGoneHasNoProfile) {
  EXPECT_TRUE(app::GetProfile{database}.run(id_).has_value());
  database.state.users.clear();
  EXPECT_EQ(code_of(app::GetProfile{database}.run(id_)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(update()), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace zenzefi::test
