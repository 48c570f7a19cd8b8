#include "app/admin/list_all_tokens.hpp"

#include <utility>

namespace zenzefi::app {

domain::Result<domain::Page<ListAllTokens::Item>> ListAllTokens::run(const Input& input) {
  using Items = domain::Page<Item>;
  const Timestamp now = clock_.now();
  return database_.read([&](const Transaction& transaction) -> domain::Result<Items> {
    auto tokens = transaction.tokens().search({input.user_id, input.status, now}, input.page);
    Items page{{}, tokens.total, tokens.request};
    page.items.reserve(tokens.items.size());
    for (domain::AccessToken& token : tokens.items) {
      const domain::TokenStatus status = token.status_at(now);
      page.items.push_back({std::move(token), status});
    }
    return page;
  });
}

}  // namespace zenzefi::app
