#include "app/tokens/list_tokens.hpp"

#include <utility>

namespace zenzefi::app {

domain::Result<domain::Page<ListTokens::Item>> ListTokens::run(const Input& input) {
  using Tokens = domain::Page<domain::AccessToken>;
  const Timestamp now = clock_.now();
  const auto usable_at = input.active_only ? std::optional{now} : std::nullopt;
  auto tokens = database_.read([&](const Transaction& transaction) -> domain::Result<Tokens> {
    return transaction.tokens().list(input.user_id, usable_at, input.page);
  });
  if (!tokens) {
    return tl::unexpected{std::move(tokens.error())};
  }
  domain::Page<Item> page{{}, tokens->total, tokens->request};
  page.items.reserve(tokens->items.size());
  for (domain::AccessToken& token : tokens->items) {
    auto text = sealer_.open(token.sealed, token.id);
    const bool usable = token.usable_at(now);
    page.items.push_back(
        {std::move(token), text ? std::optional{*std::move(text)} : std::nullopt, usable});
  }
  return page;
}

}  // namespace zenzefi::app
