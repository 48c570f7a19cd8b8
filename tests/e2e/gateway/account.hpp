// A person with an account at the gateway.
#pragma once

#include <string>

#include "stack.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {

struct BoughtToken {
  std::string id;
  std::string text;
};

// Uses the REST API through nginx. Not thread-safe: copies may be used side by side.
class Account {
 public:
  // Registers somebody new, signs in and pays `deposit` in. Throws std::runtime_error when any of
  // that is refused.
  explicit Account(const Stack& stack, const std::string& deposit = "1000.00");

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& email() const noexcept { return email_; }
  [[nodiscard]] const std::string& password() const noexcept { return password_; }
  // "Authorization: Bearer ..."
  [[nodiscard]] const std::string& authorization() const noexcept { return authorization_; }

  // The answer, whatever it is, over a connection of its own.
  [[nodiscard]] HttpResponse get(const std::string& path) const;
  [[nodiscard]] HttpResponse post(const std::string& path, const std::string& body,
                                  std::vector<std::string> headers = {}) const;
  [[nodiscard]] HttpResponse patch(const std::string& path, const std::string& body) const;
  [[nodiscard]] HttpResponse remove(const std::string& path) const;

  // Throws std::runtime_error unless it is sold.
  [[nodiscard]] BoughtToken buy(int duration_hours = 24) const;
  [[nodiscard]] HttpResponse revoke(const BoughtToken& token) const;
  [[nodiscard]] std::string balance() const;

 private:
  std::string url_;  // of the gateway
  std::string email_;
  std::string password_ = "correct horse battery staple";
  std::string id_;
  std::string authorization_;
};

// The header that carries an access token.
[[nodiscard]] std::string token_header(const BoughtToken& token);

// Uses the token until nginx has it in its memory to stay: the service's own note to Redis, after
// the first use, makes nginx look once more.
void make_known(Stack& stack, const BoughtToken& token);

}  // namespace zenzefi::test
