#include "fake/proxy_session_store.hpp"

#include <algorithm>

namespace zenzefi::test {

bool FakeProxySessionStore::take_batch(const Uuid& writer, std::uint64_t sequence, Timestamp now) {
  return state_.usage_batches.emplace(std::pair{writer.bytes, sequence}, now).second;
}

const domain::AccessToken* FakeProxySessionStore::token(const Uuid& id) const {
  const auto found = std::find_if(state_.tokens.begin(), state_.tokens.end(),
                                  [&](const auto& token) { return token.id == id; });
  return found == state_.tokens.end() ? nullptr : &*found;
}

domain::ProxySession& FakeProxySessionStore::session_for(const UsageDelta& delta,
                                                         Timestamp begins) {
  auto& all = state_.proxy_sessions;
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const domain::ProxySession& s) {
    return s.token_id == delta.token_id && s.ip_address == delta.ip_address &&
           s.user_agent == delta.user_agent &&
           s.last_activity >= begins - domain::kProxySessionIdle;
  });
  if (found != all.rend()) {
    return *found;
  }
  Uuid id = delta.token_id;
  id.bytes[15] = static_cast<std::uint8_t>(id.bytes[15] + all.size() + 1);
  return all.emplace_back(domain::ProxySession{.id = id,
                                               .user_id = token(delta.token_id)->user_id,
                                               .token_id = delta.token_id,
                                               .ip_address = delta.ip_address,
                                               .user_agent = delta.user_agent,
                                               .started_at = begins,
                                               .last_activity = begins,
                                               .ended_at = {}});
}

std::vector<domain::ProxySession> FakeProxySessionStore::add(std::span<const UsageDelta> deltas,
                                                             Timestamp now) {
  std::vector<domain::ProxySession> out;
  for (const UsageDelta& delta : deltas) {
    const auto* owner = token(delta.token_id);
    if (owner == nullptr) {
      continue;
    }
    const auto within = [&](Timestamp time) {
      return std::min(std::max(time, owner->created_at), now);
    };
    domain::ProxySession& session = session_for(delta, within(delta.first_activity));
    session.last_activity = std::max(session.last_activity, within(delta.last_activity));
    session.ended_at.reset();
    session.bytes_in += delta.bytes_in;
    session.bytes_out += delta.bytes_out;
    session.requests += delta.requests;
    out.push_back(session);
  }
  return out;
}

std::size_t FakeProxySessionStore::end_finished(Timestamp now) {
  std::size_t ended = 0;
  for (domain::ProxySession& session : state_.proxy_sessions) {
    const bool idle = session.last_activity < now - domain::kProxySessionIdle;
    if (!session.ended_at && (idle || !token(session.token_id)->usable_at(now))) {
      session.ended_at = session.last_activity;
      ++ended;
    }
  }
  return ended;
}

std::size_t FakeProxySessionStore::forget_batches(Timestamp before) {
  return std::erase_if(state_.usage_batches,
                       [&](const auto& batch) { return batch.second < before; });
}

std::optional<domain::ProxySession> FakeProxySessionStore::latest_of(const Uuid& token_id) const {
  std::optional<domain::ProxySession> latest;
  for (const domain::ProxySession& session : state_.proxy_sessions) {
    if (session.token_id == token_id &&
        (!latest || session.last_activity >= latest->last_activity)) {
      latest = session;
    }
  }
  return latest;
}

domain::Page<app::ProxySessionStore::LiveSession> FakeProxySessionStore::list_live(
    const domain::PageRequest& page) const {
  std::vector<LiveSession> live;
  for (const domain::ProxySession& session : state_.proxy_sessions) {
    if (!session.ended_at) {
      live.push_back({session, state_.users.at(session.user_id).username});
    }
  }
  std::stable_sort(live.begin(), live.end(), [](const LiveSession& a, const LiveSession& b) {
    return a.session.started_at > b.session.started_at;
  });
  domain::Page<LiveSession> out{.items = {}, .total = live.size(), .request = page};
  for (std::size_t i = page.offset; i < live.size() && out.items.size() < page.limit; ++i) {
    out.items.push_back(live[i]);
  }
  return out;
}

}  // namespace zenzefi::test
