// A page of a list in memory.
#pragma once

#include <vector>

#include "domain/page.hpp"

namespace zenzefi::test {

// `all` is oldest first; only what `wanted` says yes to counts.
template <typename T, typename Wanted>
domain::Page<T> newest_first(const std::vector<T>& all, const domain::PageRequest& request,
                             Wanted wanted) {
  domain::Page<T> page{{}, 0, request};
  for (auto item = all.rbegin(); item != all.rend(); ++item) {
    if (!wanted(*item)) {
      continue;
    }
    if (page.total >= request.offset && page.items.size() < request.limit) {
      page.items.push_back(*item);
    }
    ++page.total;
  }
  return page;
}

}  // namespace zenzefi::test
