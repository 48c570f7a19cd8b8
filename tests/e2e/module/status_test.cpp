// access_token_status: what is counted, and how it is shown.
#include "shared/timestamp.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/json.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

std::string revoked_now() {
  const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  return R"({"revoked":true,"revoked_at":")" + format_precise_timestamp(now) + R"("})";
}

class StatusTest : public ModuleTest {
 protected:
  static constexpr milliseconds kPush{2'000};
  static constexpr char kPages[] =
      "location = /status { access_token_status; }\n"
      "location = /status.json { access_token_status json; }\n";

  void begin(int workers = 1) {
    start({.locations = kPages, .workers = workers});
    await_redis();
  }
  // Of a line without its value; empty when there is none.
  [[nodiscard]] std::string figure(const std::string& line) {
    const std::string page = "\n" + get("/status").body;
    const std::size_t at = page.find("\n" + line + " ");
    if (at == std::string::npos) {
      return {};
    }
    const std::size_t start = at + line.size() + 2;
    return page.substr(start, page.find('\n', start) - start);
  }
  [[nodiscard]] bool shows(const std::string& line, const std::string& value) {
    return holds_within(kPush, [&] { return figure(line) == value; });
  }
};

TEST_F(StatusTest, DecisionsAreCountedByResultReasonAndCache) {
  begin();
  const std::string token = new_token();
  sell(token);
  EXPECT_EQ(ask(token).cache, "SERVICE");
  EXPECT_EQ(ask(token).cache, "L1");
  EXPECT_EQ(ask(token).cache, "L1");
  EXPECT_EQ(ask(new_token()).status, 401);
  EXPECT_EQ(get("/").status, 401);
  const auto decisions = [&](const std::string& labels) {
    return figure("access_token_decisions_total{mode=\"on\"," + labels + "}");
  };
  EXPECT_EQ(decisions(R"(result="granted",reason="",cache="SERVICE")"), "1");
  EXPECT_EQ(decisions(R"(result="granted",reason="",cache="L1")"), "2");
  EXPECT_EQ(decisions(R"(result="refused",reason="unknown",cache="SERVICE")"), "1");
  EXPECT_EQ(decisions(R"(result="refused",reason="missing",cache="-")"), "1");
  EXPECT_EQ(figure(R"(access_token_slots_used{table="refusals"})"), "1");
  EXPECT_EQ(figure(R"(access_token_lookup_seconds_count{cache="SERVICE"})"), "2");
  EXPECT_EQ(figure("access_token_service_failures_total"), "0");
}

TEST_F(StatusTest, DryRunIsCountedApart) {
  start({.locations = std::string{kPages} + "location /dry { access_token dry_run; proxy_pass " +
                      target_.url() + "; }"});
  EXPECT_EQ(get("/dry").status, 200);
  EXPECT_EQ(figure(R"(access_token_decisions_total{mode="dry_run",result="refused",)"
                   R"(reason="missing",cache="-"})"),
            "1");
}

TEST_F(StatusTest, WorkersLinksAndOpenRequestsAreOfTheMoment) {
  begin(2);
  EXPECT_TRUE(shows("access_token_workers", "2"));
  EXPECT_TRUE(shows("access_token_redis_links", "2"));
  const std::string token = new_token();
  write_record(token);
  {
    WebSocketClient client{
        {.port = port_, .target = "/ws", .headers = {{"X-Access-Token", token}}}};
    EXPECT_TRUE(shows("access_token_requests_open", "1"));
  }
  EXPECT_TRUE(shows("access_token_requests_open", "0"));
  for (const pid_t worker : nginx_->workers()) {
    nginx_->kill_worker(worker);
  }
  EXPECT_TRUE(shows("access_token_workers", "2"));
  EXPECT_TRUE(holds_within(kPush, [&] {
    const std::string age = figure("access_token_feed_age_seconds");
    return !age.empty() && std::stod(age) < 1.0;
  }));
}

TEST_F(StatusTest, ARevocationIsMeasuredUntilTheDropAndUntilTheCut) {
  begin();
  const std::string token = new_token();
  write_record(token);
  WebSocketClient client{{.port = port_, .target = "/ws", .headers = {{"X-Access-Token", token}}}};
  ASSERT_TRUE(client.open());
  write_record(token, revoked_now());
  EXPECT_EQ(client.receive(kPush), std::nullopt);
  EXPECT_TRUE(shows(R"(access_token_revocation_seconds_count{until="drop"})", "1"));
  EXPECT_TRUE(shows(R"(access_token_revocation_seconds_count{until="cut"})", "1"));
  EXPECT_LT(std::stod(figure(R"(access_token_revocation_seconds_sum{until="cut"})")), 2.0);
  EXPECT_TRUE(shows(R"(access_token_cut_total{reason="revoked"})", "1"));
}

TEST_F(StatusTest, AReloadKeepsWhatWasCounted) {
  begin();
  EXPECT_EQ(get("/").status, 401);
  nginx_->reload();
  EXPECT_EQ(get("/").status, 401);
  EXPECT_EQ(figure(R"(access_token_decisions_total{mode="on",result="refused",)"
                   R"(reason="missing",cache="-"})"),
            "2");
}

TEST_F(StatusTest, JsonSaysTheSame) {
  begin();
  EXPECT_EQ(get("/").status, 401);
  const HttpResponse response = get("/status.json");
  EXPECT_EQ(response.header("Content-Type"), "application/json");
  const Json page = response.json();
  EXPECT_EQ(page.integer("/workers"), 1);
  EXPECT_EQ(page.integer("/redis_links"), 1);
  EXPECT_EQ(page.integer("/revocation_seconds/cut/count"), 0);
  EXPECT_EQ(get("/status").header("Content-Type"), "text/plain; version=0.0.4");
  EXPECT_EQ(client_.send({.method = "POST", .url = url("/status")}).status, 405);
}

}  // namespace
}  // namespace zenzefi::test
