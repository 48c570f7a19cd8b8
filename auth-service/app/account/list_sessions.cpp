#include "app/account/list_sessions.hpp"

#include <utility>

namespace zenzefi::app {

domain::Result<domain::Page<ListSessions::Item>> ListSessions::run(const Input& input) {
  using Items = domain::Page<Item>;
  return database_.read([&](const Transaction& transaction) -> domain::Result<Items> {
    auto sessions =
        transaction.sessions().list_alive(input.principal.user_id, clock_.now(), input.page);
    Items page{{}, sessions.total, sessions.request};
    page.items.reserve(sessions.items.size());
    for (domain::Session& session : sessions.items) {
      const bool is_current = session.id == input.principal.session_id;
      page.items.push_back({std::move(session), is_current});
    }
    return page;
  });
}

}  // namespace zenzefi::app
