#include "fake/ports.hpp"

#include <algorithm>

namespace zenzefi::test {
namespace {

constexpr std::chrono::seconds kStep{30};

auto unavailable() {
  return domain::fail(domain::ErrorCode::kUnavailable, "down");
}

}  // namespace

Uuid FakeEntropy::uuid() {
  Uuid uuid;
  uuid.bytes.back() = ++last_uuid_;
  return uuid;
}

std::string FakeEntropy::padded(const std::string& start, std::size_t length) {
  std::string text = start + std::to_string(++last_token_) + "x";  // 1 and 10 stay apart
  text.resize(length, '0');
  return text;
}

domain::Result<std::string> FakePasswordHasher::hash(std::string_view password) {
  return "hash of " + std::string{password};
}

app::PasswordMatch FakePasswordHasher::verify(std::string_view password,
                                              const std::string& stored) {
  ++checks;
  if (stored == "hash of " + std::string{password}) {
    return app::PasswordMatch::kRight;
  }
  return stored == "old hash of " + std::string{password} ? app::PasswordMatch::kRightButOutdated
                                                          : app::PasswordMatch::kWrong;
}

void FakePasswordHasher::verify_nothing(std::string_view /*password*/) {
  ++checks;
}

domain::Result<std::string> FakeTokenSealer::seal(std::string_view token, const Uuid& token_id) {
  return token_id.to_string() + "|" + std::string{token};
}

domain::Result<std::string> FakeTokenSealer::open(std::string_view sealed, const Uuid& token_id) {
  const std::string prefix = token_id.to_string() + "|";
  if (!earlier_mark.empty() && sealed.starts_with(earlier_mark)) {
    sealed.remove_prefix(earlier_mark.size());
  }
  if (!has_key || !sealed.starts_with(prefix)) {
    return domain::fail(domain::ErrorCode::kInternal, "does not open");
  }
  return std::string{sealed.substr(prefix.size())};
}

std::int64_t FakeOneTimeCodes::step_at(Timestamp now) {
  return now.time_since_epoch().count() / 30;
}

std::string FakeOneTimeCodes::code_at(Timestamp now) {
  return std::to_string(1'000'000 + step_at(now) % 1'000'000).substr(1);
}

std::optional<std::int64_t> FakeOneTimeCodes::step_of(std::string_view code,
                                                      std::string_view /*secret*/,
                                                      Timestamp now) const {
  for (const Timestamp time : {now - kStep, now, now + kStep}) {
    if (code == code_at(time)) {
      return step_at(time);
    }
  }
  return std::nullopt;
}

std::string FakeAccountTokens::issue(const app::Principal& principal) {
  issued_.push_back(principal);
  return "jwt" + std::to_string(issued_.size() - 1);
}

std::optional<app::Principal> FakeAccountTokens::verify(std::string_view jwt) {
  for (std::size_t i = 0; i < issued_.size(); ++i) {
    if (jwt == "jwt" + std::to_string(i)) {
      return issued_[i];
    }
  }
  return std::nullopt;
}

domain::Result<void> FakeGrantCache::put_all_if_absent(std::span<const HashedGrant> puts) {
  if (is_down) {
    return unavailable();
  }
  ++round_trips;
  for (const auto& [hash, grant] : puts) {
    records.try_emplace(hash.hex(), grant);
  }
  return {};
}

domain::Result<void> FakeGrantCache::put_extended(const TokenHash& hash, const Grant& grant) {
  if (is_down) {
    return unavailable();
  }
  const auto held = records.find(hash.hex());
  if (held != records.end()) {
    const auto* const earlier = std::get_if<Grant>(&held->second);
    if (earlier == nullptr || earlier->expires_at >= grant.expires_at) {
      return {};
    }
  }
  records.insert_or_assign(hash.hex(), grant);
  return {};
}

domain::Result<void> FakeGrantCache::put_tombstones(std::span<const app::RevokedToken> tokens) {
  for (const app::RevokedToken& token : tokens) {
    if (is_down || puts_until_down == 0) {
      return unavailable();
    }
    if (puts_until_down > 0) {
      --puts_until_down;
    }
    records.insert_or_assign(token.hash.hex(), Tombstone{token.revoked_at});
    tombstone_ends.insert_or_assign(token.hash.hex(), token.end);
  }
  return {};
}

domain::Result<std::string> FakeGrantCache::incarnation() {
  if (is_down) {
    return unavailable();
  }
  return run_id;
}

domain::Result<bool> FakeGrantCache::confirm_delivery() {
  if (is_down) {
    return unavailable();
  }
  return confirmations++ > 0;
}

domain::Result<void> FakeGrantCache::clear() {
  records.clear();
  return {};
}

domain::Result<void> FakeGrantCache::ping() {
  if (is_down) {
    return unavailable();
  }
  return {};
}

domain::Result<void> FakePaymentProvider::accepts_charges() const {
  if (!takes_charges) {
    return unavailable();
  }
  return {};
}

domain::Result<void> FakePaymentProvider::refund(const std::string& reference) {
  if (is_down) {
    return unavailable();
  }
  if (payments.erase(reference) != 0) {
    refunded.push_back(reference);
  }
  return {};
}

domain::Result<std::optional<app::ReceivedPayment>> FakePaymentProvider::read(
    const app::PaymentNotice& notice) const {
  if (notice.signature != "signed") {
    return domain::fail(domain::ErrorCode::kRuleViolated, "The signature is not valid");
  }
  return received;
}

domain::Result<void> FakePaymentProvider::charge(const Uuid& /*user_id*/, domain::Money amount,
                                                 const std::string& /*payment_method*/,
                                                 const std::string& reference) {
  if (is_down) {
    return unavailable();
  }
  if (refusal) {
    return tl::unexpected{*refusal};
  }
  if (std::ranges::find(refunded, reference) != refunded.end()) {
    return domain::fail(domain::ErrorCode::kConflict, "given back");
  }
  payments.try_emplace(reference, amount);
  if (after_charge) {
    after_charge();
  }
  return {};
}

}  // namespace zenzefi::test
