#include "app/account/identify_account.hpp"
#include "app/account/logout.hpp"
#include "app/account/refresh_session.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;
using std::chrono::hours;
using std::chrono::seconds;

class SessionTest : public ServiceTest {
 protected:
  void SetUp() override { id_ = register_user("ada"); }

  domain::Result<app::SignIn> refresh(const std::string& token) {
    return app::RefreshSession{database, jwts, entropy, clock}.run(token);
  }
  domain::Result<app::Principal> identify(std::optional<std::string_view> jwt) {
    return app::IdentifyAccount{database, jwts, limits, clock}.run(jwt);
  }

  Uuid id_;
};

TEST_F(SessionTest, LoginOpensASession) {
  const auto output = login("ADA@example.com", kPassword);
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->user.id, id_);
  EXPECT_EQ(output->sign_in.expires_in, std::chrono::minutes{60});
  EXPECT_EQ(output->sign_in.refresh_expires_in, hours{24});
  const auto principal = identify(output->sign_in.access_token);
  ASSERT_TRUE(principal.has_value());
  EXPECT_EQ(principal->user_id, id_);
  const domain::Session& session = database.state.sessions.at(principal->session_id);
  EXPECT_EQ(session.device_info, "curl/7.88");
  EXPECT_EQ(session.ip_address, "192.0.2.1");
}

TEST_F(SessionTest, RememberedSessionLivesThirtyDays) {
  const auto output = app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
      {"ada@example.com", kPassword, true, {}, std::nullopt});
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->sign_in.refresh_expires_in, hours{30 * 24});
}

TEST_F(SessionTest, WhatAClientSaysOfItselfIsCleaned) {
  const std::string agent = "a\x01\xFF" + std::string(1000, 'x');
  const auto output = app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
      {"ada@example.com", kPassword, false, {std::string{"1\0002", 3}, agent}, std::nullopt});
  ASSERT_TRUE(output.has_value());
  const domain::Session& session = database.state.sessions.begin()->second;
  EXPECT_EQ(session.device_info, "a??" + std::string(252, 'x'));
  EXPECT_EQ(session.ip_address, "1?2");
}

TEST_F(SessionTest, WrongPairCannotBeToldApart) {
  const auto wrong_password = login("ada@example.com", "wrong password");
  const auto nobody = login("nobody@example.com", kPassword);
  const auto no_address = login(std::string{"ada@example.com\0", 16}, kPassword);
  ASSERT_FALSE(wrong_password.has_value());
  EXPECT_EQ(wrong_password.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(nobody.error(), wrong_password.error());
  EXPECT_EQ(no_address.error(), wrong_password.error());
  EXPECT_EQ(hasher.checks, 3);  // each took as long
  EXPECT_TRUE(database.state.sessions.empty());
}

TEST_F(SessionTest, InactiveAccountIsToldOnlyToItsOwner) {
  database.state.users.at(id_).is_active = false;
  EXPECT_EQ(code_of(login("ada@example.com", kPassword)), ErrorCode::kForbidden);
  EXPECT_EQ(code_of(login("ada@example.com", "wrong password")), ErrorCode::kUnauthenticated);
}

TEST_F(SessionTest, OutdatedHashIsReplacedAtLogin) {
  const auto hash = [&]() -> std::string& { return database.state.users.at(id_).hashed_password; };
  hash() = "old hash of correct horse";
  EXPECT_EQ(code_of(login("ada@example.com", "wrong password")), ErrorCode::kUnauthenticated);
  EXPECT_EQ(hash(), "old hash of correct horse");
  EXPECT_TRUE(login("ada@example.com", kPassword).has_value());
  EXPECT_EQ(hash(), "hash of correct horse");
}

TEST_F(SessionTest, PasswordChangedDuringLoginOpensNoSession) {
  database.before_next_run = [&] {
    database.state.users.at(id_).hashed_password = "hash of battery staple";
  };
  EXPECT_EQ(code_of(login("ada@example.com", kPassword)), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(database.state.sessions.empty());
}

TEST_F(SessionTest, RefreshTokenIsGoodOnce) {
  const auto first = signed_in("ada").sign_in;
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(second->refresh_token, first.refresh_token);
  EXPECT_EQ(second->refresh_expires_in, hours{24});
  EXPECT_TRUE(identify(second->access_token).has_value());
  EXPECT_TRUE(refresh(second->refresh_token).has_value());
}

TEST_F(SessionTest, ReusedRefreshTokenEndsTheWholeFamily) {
  const auto first = signed_in("ada").sign_in;
  const auto other = signed_in("ada").sign_in;
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(code_of(refresh(first.refresh_token)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(refresh(second->refresh_token)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(identify(second->access_token)), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(refresh(other.refresh_token).has_value());
}

TEST_F(SessionTest, SessionEndsToTheSecond) {
  const auto first = signed_in("ada").sign_in;
  clock.time += hours{24} - seconds{1};
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(second.has_value());
  clock.time += hours{24};
  EXPECT_EQ(code_of(refresh(second->refresh_token)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(identify(second->access_token)), ErrorCode::kUnauthenticated);
}

TEST_F(SessionTest, UnknownRefreshTokenIsRefused) {
  EXPECT_EQ(code_of(refresh("")), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(refresh("nonsense")), ErrorCode::kUnauthenticated);
}

TEST_F(SessionTest, InactiveAccountCannotRefresh) {
  const auto sign_in = signed_in("ada").sign_in;
  database.state.users.at(id_).is_active = false;
  EXPECT_EQ(code_of(refresh(sign_in.refresh_token)), ErrorCode::kForbidden);
  database.state.users.at(id_).is_active = true;
  EXPECT_TRUE(refresh(sign_in.refresh_token).has_value());
}

TEST_F(SessionTest, LogoutEndsThatSessionAlone) {
  app::Logout logout{database, clock};
  const auto one = signed_in("ada").sign_in;
  const auto other = signed_in("ada").sign_in;
  EXPECT_TRUE(logout.run(one.refresh_token).has_value());
  EXPECT_TRUE(logout.run(one.refresh_token).has_value());
  EXPECT_TRUE(logout.run("nonsense").has_value());
  EXPECT_EQ(code_of(refresh(one.refresh_token)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(identify(one.access_token)), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(identify(other.access_token).has_value());
}

TEST_F(SessionTest, RequestIsIdentifiedByTheDatabaseNotTheJwt) {
  const auto sign_in = signed_in("ada").sign_in;
  EXPECT_EQ(code_of(identify(std::nullopt)), ErrorCode::kForbidden);
  EXPECT_EQ(code_of(identify("nonsense")), ErrorCode::kUnauthenticated);
  database.state.users.at(id_).role = domain::Role::kAdmin;
  EXPECT_EQ(identify(sign_in.access_token)->role, domain::Role::kAdmin);
  database.state.users.at(id_).is_active = false;
  EXPECT_EQ(code_of(identify(sign_in.access_token)), ErrorCode::kForbidden);
  database.state.users.clear();
  EXPECT_EQ(code_of(identify(sign_in.access_token)), ErrorCode::kUnauthenticated);
}

TEST_F(SessionTest, DatabaseThatIsAwayIsNoVerdict) {
  const auto sign_in = signed_in("ada").sign_in;
  database.is_down = true;
  EXPECT_EQ(code_of(login("ada@example.com", kPassword)), ErrorCode::kUnavailable);
  EXPECT_EQ(code_of(refresh(sign_in.refresh_token)), ErrorCode::kUnavailable);
  EXPECT_EQ(code_of(identify(sign_in.access_token)), ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace zenzefi::test
