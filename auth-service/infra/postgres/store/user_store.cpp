#include "infra/postgres/store/user_store.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define USER_COLUMNS                                                   \
  "id, email, username, hashed_password, full_name, is_active, role, " \
  "currency_balance, " ZENZEFI_EPOCH("created_at") ", " ZENZEFI_EPOCH("updated_at")

constexpr Statement kUserFind{"user_find", "SELECT " USER_COLUMNS " FROM users WHERE id = $1"};
constexpr Statement kUserFindByEmail{
    "user_find_by_email", "SELECT " USER_COLUMNS " FROM users WHERE lower(email) = lower($1)"};
constexpr Statement kUserFindByUsername{"user_find_by_username",
                                        "SELECT " USER_COLUMNS
                                        " FROM users WHERE lower(username) = lower($1)"};
constexpr Statement kUserLock{"user_lock",
                              "SELECT " USER_COLUMNS " FROM users WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Statement kUserLockActiveAdmins{"user_lock_active_admins",
                                          "SELECT id FROM users WHERE role = 'admin' AND is_active "
                                          "ORDER BY id FOR NO KEY UPDATE"};

constexpr Statement kUserCount{"user_count", "SELECT count(*) FROM users"};
constexpr Statement kUserList{"user_list",
                              "SELECT " USER_COLUMNS
                              " FROM users ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2"};

#define WANTED " FROM users WHERE email ILIKE $1 OR username ILIKE $1 OR full_name ILIKE $1"

constexpr Statement kUserCountWanted{"user_count_wanted", "SELECT count(*)" WANTED};
constexpr Statement kUserSearch{"user_search",
                                "SELECT " USER_COLUMNS WANTED
                                " ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3"};

#undef WANTED

constexpr Statement kUserInsert{
    "user_insert",
    "INSERT INTO users (id, email, username, hashed_password, full_name, role) "
    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING " USER_COLUMNS};
constexpr Statement kUserSetFullName{"user_set_full_name",
                                     "UPDATE users SET full_name = $2 WHERE id = $1"};
constexpr Statement kUserSetRole{"user_set_role", "UPDATE users SET role = $2 WHERE id = $1"};
constexpr Statement kUserSetActive{"user_set_active",
                                   "UPDATE users SET is_active = $2 WHERE id = $1"};
constexpr Statement kUserSetPassword{"user_set_password",
                                     "UPDATE users SET hashed_password = $2 WHERE id = $1"};
constexpr Statement kUserReplacePassword{
    "user_replace_password",
    "UPDATE users SET hashed_password = $3 WHERE id = $1 AND hashed_password = $2"};

#undef USER_COLUMNS

domain::User read_user(const pqxx::row& row) {
  RowReader reader{row};
  domain::User user;
  user.id = reader.uuid();
  user.email = reader.text();
  user.username = reader.text();
  user.hashed_password = reader.text();
  user.full_name = reader.optional_text();
  user.is_active = reader.flag();
  user.role = domain::parse_role(reader.text()).value();
  user.currency_balance = reader.money();
  user.created_at = reader.time();
  user.updated_at = reader.time();
  return user;
}

// Matches what holds `text`, whatever characters that consists of.
std::string containing(const std::string& text) {
  std::string pattern{"%"};
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') {
      pattern += '\\';
    }
    pattern += c;
  }
  return pattern + '%';
}

domain::Page<domain::User> read_page(const pqxx::result& count, const pqxx::result& rows,
                                     const domain::PageRequest& request) {
  domain::Page<domain::User> out{.items = {}, .total = 0, .request = request};
  out.total = count[0][0].as<std::uint64_t>();
  for (const auto& row : rows) {
    out.items.push_back(read_user(row));
  }
  return out;
}

std::optional<domain::User> read_user(const pqxx::result& result) {
  if (result.empty()) {
    return std::nullopt;
  }
  return read_user(result[0]);
}

}  // namespace

std::optional<domain::User> PostgresUserStore::find(const Uuid& id) const {
  return read_user(session_.execute(kUserFind, id));
}

std::optional<domain::User> PostgresUserStore::find_by_email(std::string_view email) const {
  return read_user(session_.execute(kUserFindByEmail, email));
}

std::optional<domain::User> PostgresUserStore::find_by_username(std::string_view username) const {
  return read_user(session_.execute(kUserFindByUsername, username));
}

domain::Page<domain::User> PostgresUserStore::search(const std::optional<std::string>& text,
                                                     const domain::PageRequest& page) const {
  if (!text) {
    return read_page(session_.execute(kUserCount),
                     session_.execute(kUserList, page.limit, page.offset), page);
  }
  const std::string pattern = containing(*text);
  return read_page(session_.execute(kUserCountWanted, pattern),
                   session_.execute(kUserSearch, pattern, page.limit, page.offset), page);
}

std::vector<Uuid> PostgresUserStore::lock_active_admins() {
  std::vector<Uuid> out;
  for (const auto& row : session_.execute(kUserLockActiveAdmins)) {
    out.push_back(RowReader{row}.uuid());
  }
  return out;
}

std::optional<domain::User> PostgresUserStore::lock(const Uuid& id) {
  return read_user(session_.execute(kUserLock, id));
}

domain::User PostgresUserStore::insert(const NewUser& user) {
  return read_user(session_.execute(kUserInsert, user.id, user.email, user.username,
                                    user.hashed_password, user.full_name,
                                    domain::to_string(user.role))[0]);
}

void PostgresUserStore::set_full_name(const Uuid& id, const std::optional<std::string>& full_name) {
  session_.execute(kUserSetFullName, id, full_name);
}

void PostgresUserStore::set_role(const Uuid& id, domain::Role role) {
  session_.execute(kUserSetRole, id, domain::to_string(role));
}

void PostgresUserStore::set_active(const Uuid& id, bool active) {
  session_.execute(kUserSetActive, id, active);
}

void PostgresUserStore::set_password(const Uuid& id, std::string_view hashed_password) {
  session_.execute(kUserSetPassword, id, hashed_password);
}

bool PostgresUserStore::replace_password(const Uuid& id, std::string_view expected,
                                         std::string_view hashed_password) {
  return session_.execute(kUserReplacePassword, id, expected, hashed_password).affected_rows() == 1;
}

}  // namespace zenzefi::infra
