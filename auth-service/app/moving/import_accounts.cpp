#include "app/moving/import_accounts.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "domain/text.hpp"
#include "domain/validation.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {
namespace {

using domain::Money;

constexpr std::size_t kBcryptLength = 60;

// The contract's hashes, and those that are verified and replaced at the next login.
bool is_known_hash(std::string_view hash) {
  const bool bcrypt =
      hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
  return (bcrypt && hash.size() == kBcryptLength) || hash.starts_with("$argon2id$");
}

domain::Problem user_problem(const EarlierUser& user) {
  if (domain::email_problem(user.email)) {
    return "the e-mail address cannot be used here";
  }
  if (domain::username_problem(user.username)) {
    return "the username cannot be used here";
  }
  if (user.full_name && domain::full_name_problem(*user.full_name)) {
    return "the full name cannot be used here";
  }
  if (!is_known_hash(user.hashed_password)) {
    return "the password's hash is neither bcrypt nor Argon2id";
  }
  const auto balance = Money::parse(user.balance);
  if (!balance || *balance < Money{} || *balance > domain::kMaxBalance) {
    return "the balance is no amount that can be held here";
  }
  return {};
}

std::optional<std::uint32_t> parse_hours(std::string_view text) {
  std::uint32_t hours = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, hours);
  if (error != std::errc{} || stopped != end || hours == 0 || hours > domain::kMaxDurationHours) {
    return std::nullopt;
  }
  return hours;
}

struct Life {
  std::uint32_t duration_hours = 0;
  std::optional<Timestamp> activated_at;
};

// What its owner was promised is the end: it decides where both are there. Empty for times that
// cannot be read.
std::optional<Life> life_of(const EarlierToken& token) {
  const auto hours = parse_hours(token.duration_hours);
  if (!hours) {
    return std::nullopt;
  }
  if (!token.expires_at && !token.activated_at) {
    return Life{*hours, {}};
  }
  const auto time = parse_timestamp(token.expires_at ? *token.expires_at : *token.activated_at);
  if (!time) {
    return std::nullopt;
  }
  return Life{*hours, token.expires_at ? *time - std::chrono::hours{*hours} : *time};
}

}  // namespace

// One run, within its transaction.
class ImportAccounts::Move {
 public:
  Move(ImportAccounts& on, Transaction& transaction)
      : on_(on), transaction_(transaction), now_(on.clock_.now()) {}

  domain::Result<Output> run(const EarlierDeployment& from) {
    for (const EarlierUser& user : from.users) {
      take(user);
    }
    for (const EarlierToken& token : from.tokens) {
      if (const auto done = take(token); !done) {
        return tl::unexpected{done.error()};
      }
    }
    return std::move(output_);
  }

 private:
  struct Owner {
    Uuid id;
    bool is_active = true;
  };

  void leave(const char* what, const std::string& which, std::string_view why) {
    output_.left_behind.push_back(std::string{what} + " " +
                                  domain::cleaned_text(which, domain::kMaxEmailLength) + ": " +
                                  std::string{why});
  }

  void take(const EarlierUser& user) {
    UserStore& users = transaction_.users();
    if (const auto problem = user_problem(user)) {
      return leave("user", user.email, *problem);
    }
    if (users.find_by_email(user.email)) {
      return leave("user", user.email, "is here already");
    }
    if (users.find_by_username(user.username)) {
      return leave("user", user.email, "the username is taken");
    }
    Uuid id = Uuid::parse(user.id).value_or(on_.entropy_.uuid());
    if (users.find(id)) {
      id = on_.entropy_.uuid();
    }
    users.insert({.id = id,
                  .email = user.email,
                  .username = user.username,
                  .hashed_password = user.hashed_password,
                  .full_name = user.full_name,
                  .role = user.is_admin ? domain::Role::kAdmin : domain::Role::kUser});
    static_cast<void>(users.lock(id));
    if (!user.is_active) {
      users.set_active(id, false);
    }
    const Money balance = Money::parse(user.balance).value();
    book(id, balance);
    transaction_.audit().append({.action = domain::AuditAction::kAccountImported,
                                 .account_id = id,
                                 .target_type = domain::AuditTarget::kAccount,
                                 .target_id = id,
                                 .detail = {{"balance", balance.to_string()}}});
    owners_.emplace(user.id, Owner{id, user.is_active});
    ++output_.users;
    output_.balances = output_.balances + balance;
  }

  void book(const Uuid& user_id, Money balance) {
    if (balance == Money{}) {
      return;
    }
    transaction_.ledger().book({.id = on_.entropy_.uuid(),
                                .user_id = user_id,
                                .amount = balance,
                                .transaction_type = domain::TransactionType::kAdjustment,
                                .description = "Balance from the earlier deployment",
                                .token_id = {}});
  }

  domain::Result<void> take(const EarlierToken& token) {
    const auto owner = owners_.find(token.user_id);
    if (owner == owners_.end()) {
      return skip(token, "its owner was not taken");
    }
    if (!owner->second.is_active) {
      return skip(token, "its owner is inactive");
    }
    if (!token.is_active) {
      return skip(token, "it is revoked or over");
    }
    const auto life = life_of(token);
    if (!life) {
      return skip(token, "its duration or times cannot be read");
    }
    if (life->activated_at &&
        now_ >= *life->activated_at + std::chrono::hours{life->duration_hours}) {
      return skip(token, "it is over");
    }
    const auto hash = is_plausible_token(token.token) ? hash_token(token.token) : std::nullopt;
    if (!hash) {
      return skip(token, "its text is none that nginx lets through");
    }
    if (transaction_.tokens().find(*hash)) {
      return skip(token, "is here already");
    }
    return insert(token, *hash, *life, owner->second.id);
  }

  domain::Result<void> insert(const EarlierToken& token, const TokenHash& hash, const Life& life,
                              const Uuid& owner) {
    const Uuid id = on_.entropy_.uuid();
    auto sealed = on_.sealer_.seal(token.token, id);
    if (!sealed) {
      return tl::unexpected{sealed.error()};
    }
    transaction_.tokens().insert({.id = id,
                                  .user_id = owner,
                                  .hash = hash,
                                  .sealed = *std::move(sealed),
                                  .duration_hours = life.duration_hours,
                                  .price_paid = {}});
    if (life.activated_at) {
      transaction_.tokens().activate(id, *life.activated_at);
    }
    ++output_.tokens;
    return {};
  }

  domain::Result<void> skip(const EarlierToken& token, std::string_view why) {
    leave("token", token.id, why);
    return {};
  }

  ImportAccounts& on_;
  Transaction& transaction_;
  Timestamp now_;
  std::map<std::string, Owner> owners_;  // by their id there
  Output output_;
};

domain::Result<ImportAccounts::Output> ImportAccounts::run(const EarlierDeployment& from,
                                                           bool rehearsal) {
  std::optional<Output> rehearsed;
  auto done = database_.run([&](Transaction& transaction) -> domain::Result<Output> {
    auto output = Move{*this, transaction}.run(from);
    if (output && rehearsal) {
      rehearsed = *output;
      return domain::fail(domain::ErrorCode::kConflict, "taken back");
    }
    return output;
  });
  return rehearsed ? domain::Result<Output>{*std::move(rehearsed)} : done;
}

}  // namespace zenzefi::app
