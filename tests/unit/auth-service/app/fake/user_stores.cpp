#include "fake/user_stores.hpp"

#include <strings.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "fake/newest_first.hpp"

namespace zenzefi::test {
namespace {

bool equal_without_case(const std::string& a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), b.size()) == 0;
}

bool contains_without_case(const std::string& text, const std::string& part) {
  return strcasestr(text.c_str(), part.c_str()) != nullptr;
}

}  // namespace

std::optional<domain::User> FakeUserStore::find(const Uuid& id) const {
  const auto user = state_.users.find(id);
  return user == state_.users.end() ? std::nullopt : std::optional{user->second};
}

std::optional<domain::User> FakeUserStore::find_by_email(std::string_view email) const {
  for (const auto& [id, user] : state_.users) {
    if (equal_without_case(user.email, email)) {
      return user;
    }
  }
  return std::nullopt;
}

std::optional<domain::User> FakeUserStore::find_by_username(std::string_view username) const {
  for (const auto& [id, user] : state_.users) {
    if (equal_without_case(user.username, username)) {
      return user;
    }
  }
  return std::nullopt;
}

domain::Page<domain::User> FakeUserStore::search(const std::optional<std::string>& text,
                                                 const domain::PageRequest& page) const {
  std::vector<domain::User> oldest_first;
  for (const auto& [id, user] : state_.users) {
    oldest_first.push_back(user);
  }
  std::ranges::stable_sort(oldest_first, {}, &domain::User::created_at);
  return newest_first(oldest_first, page, [&](const domain::User& user) {
    return !text || contains_without_case(user.email, *text) ||
           contains_without_case(user.username, *text) ||
           contains_without_case(user.full_name.value_or(""), *text);
  });
}

std::vector<Uuid> FakeUserStore::lock_active_admins() {
  std::vector<Uuid> admins;
  for (const auto& [id, user] : state_.users) {
    if (user.is_active && user.role == domain::Role::kAdmin) {
      admins.push_back(id);
    }
  }
  return admins;
}

std::optional<domain::User> FakeUserStore::lock(const Uuid& id) {
  return find(id);
}

domain::User FakeUserStore::insert(const NewUser& user) {
  for (const auto& [id, other] : state_.users) {
    if (equal_without_case(other.email, user.email) ||
        equal_without_case(other.username, user.username)) {
      throw ConstraintViolation{{domain::ErrorCode::kRuleViolated, "taken"}};
    }
  }
  domain::User inserted{user.id,        user.email, user.username, user.hashed_password,
                        user.full_name, true,       user.role,     domain::Money{},
                        now_,           now_};
  state_.users.emplace(user.id, inserted);
  return inserted;
}

void FakeUserStore::set_full_name(const Uuid& id, const std::optional<std::string>& full_name) {
  state_.users.at(id).full_name = full_name;
}

void FakeUserStore::set_role(const Uuid& id, domain::Role role) {
  state_.users.at(id).role = role;
}

void FakeUserStore::set_active(const Uuid& id, bool active) {
  state_.users.at(id).is_active = active;
}

void FakeUserStore::set_password(const Uuid& id, std::string_view hashed_password) {
  state_.users.at(id).hashed_password = hashed_password;
}

bool FakeUserStore::replace_password(const Uuid& id, std::string_view expected,
                                     std::string_view hashed_password) {
  domain::User& user = state_.users.at(id);
  if (user.hashed_password != expected) {
    return false;
  }
  user.hashed_password = hashed_password;
  return true;
}

std::optional<domain::Session> FakeSessionStore::find(const Uuid& id) const {
  const auto session = state_.sessions.find(id);
  return session == state_.sessions.end() ? std::nullopt : std::optional{session->second};
}

domain::Page<domain::Session> FakeSessionStore::list_alive(const Uuid& user_id, Timestamp now,
                                                           const domain::PageRequest& page) const {
  std::vector<domain::Session> oldest_first;
  for (const auto& [id, session] : state_.sessions) {
    if (session.user_id == user_id && session.alive_at(now)) {
      oldest_first.push_back(session);
    }
  }
  std::ranges::sort(oldest_first, {}, [](const domain::Session& session) {
    return std::pair{session.created_at, session.id.bytes};
  });
  return newest_first(oldest_first, page, [](const domain::Session& /*any*/) { return true; });
}

std::optional<app::SessionStore::Match> FakeSessionStore::lock_by_refresh_token(
    const TokenHash& hash) {
  const auto token = std::ranges::find(state_.refresh_tokens, hash, &domain::RefreshToken::hash);
  if (token == state_.refresh_tokens.end()) {
    return std::nullopt;
  }
  return Match{state_.sessions.at(token->session_id), *token};
}

void FakeSessionStore::insert(const domain::Session& session, const TokenHash& refresh_token) {
  state_.sessions.emplace(session.id, session);
  state_.refresh_tokens.push_back({refresh_token, session.id, std::nullopt});
}

void FakeSessionStore::rotate(const Uuid& session_id, const TokenHash& used, const TokenHash& next,
                              Timestamp now, Timestamp expires_at) {
  std::ranges::find(state_.refresh_tokens, used, &domain::RefreshToken::hash)->used_at = now;
  state_.refresh_tokens.push_back({next, session_id, std::nullopt});
  state_.sessions.at(session_id).expires_at = expires_at;
}

void FakeSessionStore::end(const Uuid& session_id, Timestamp now) {
  auto& ended_at = state_.sessions.at(session_id).ended_at;
  ended_at = ended_at.value_or(now);
}

void FakeSessionStore::end_others(const Uuid& user_id, const Uuid& kept_session_id, Timestamp now) {
  for (const auto& [id, session] : state_.sessions) {
    if (session.user_id == user_id && id != kept_session_id) {
      end(id, now);
    }
  }
}

void FakeSessionStore::end_all(const Uuid& user_id, Timestamp now) {
  end_others(user_id, Uuid{}, now);
}

}  // namespace zenzefi::test
