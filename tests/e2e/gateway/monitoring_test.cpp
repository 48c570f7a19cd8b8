// conf/monitoring: what its alerts and its dashboard name is there to be scraped.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "account.hpp"
#include "tests/support/build_paths.hpp"
#include "tests/support/pattern.hpp"

namespace zenzefi::test {
namespace {

std::set<std::string> names_in(const std::string& text, const std::string& regex) {
  std::set<std::string> names;
  for (auto name = first_match(text, regex); name; name = first_match(text, regex, name->end)) {
    names.insert(name->groups[1]);
  }
  return names;
}

TEST(Monitoring, EveryMetricItNamesExists) {
  const Stack stack;
  const auto scrape = [&] { return HttpClient{}.get(stack.auth.internal_url() + "/metrics").body; };
  await("PostgreSQL to have been looked at",
        [&] { return scrape().find("zenzefi_postgres_up 1\n") != std::string::npos; });
  const std::string metrics = scrape();
  const std::set<std::string> there =
      names_in(stack.status() + metrics, "# TYPE ([a-z_]+) [a-z]+\\n");
  ASSERT_TRUE(there.contains("access_token_decisions_total"));
  ASSERT_TRUE(there.contains("zenzefi_http_requests_total"));
  for (const char* file :
       {"alerts.yml", "dashboard.json", "auth-alerts.yml", "auth-dashboard.json"}) {
    const std::string text = read_file(source_root() / "conf/monitoring" / file);
    const auto named = names_in(text, "\\b((?:access_token|zenzefi)_[a-z_]+?)(?:_bucket)?[^a-z_]");
    EXPECT_GE(named.size(), 5U) << file;
    for (const std::string& name : named) {
      // Directives, and the name of a group of rules.
      if (name == "access_token_zone" || name == "access_token_status" || name == "zenzefi_auth") {
        continue;
      }
      EXPECT_TRUE(there.contains(name)) << name << " in " << file;
    }
  }
}

}  // namespace
}  // namespace zenzefi::test
