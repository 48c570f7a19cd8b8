#include "lookup/judgement.hpp"

namespace zenzefi::gateway {
namespace {

bool is_fresh(const Finding& finding, Moment now, std::chrono::milliseconds unconfirmed) noexcept {
  return now - finding.standing.confirmed_at < unconfirmed;
}

}  // namespace

std::optional<Verdict> judge(const Finding& finding, Moment now,
                             std::chrono::milliseconds unconfirmed) noexcept {
  switch (finding.kind) {
    case Finding::Kind::kMiss:
      return std::nullopt;
    case Finding::Kind::kRefused:
      return verdict_of(finding.reason);
    case Finding::Kind::kGranted:
    case Finding::Kind::kExpired:
      if (!finding.standing.covered || !is_fresh(finding, now, unconfirmed)) {
        return std::nullopt;
      }
      return finding.kind == Finding::Kind::kGranted ? Verdict::kGranted : Verdict::kExpired;
  }
  return std::nullopt;
}

Decision judge_in_outage(const Finding& finding, Moment now,
                         std::chrono::milliseconds unconfirmed) noexcept {
  if (finding.kind == Finding::Kind::kGranted && is_fresh(finding, now, unconfirmed)) {
    return decision_of(finding, Verdict::kGranted);
  }
  if (const auto verdict = judge(finding, now, unconfirmed)) {
    return decision_of(finding, *verdict);
  }
  return {Verdict::kUnavailable, Origin::kNobody, {}};
}

}  // namespace zenzefi::gateway
