// A guarded nginx, and a holder of a token who gets only so much.
#pragma once

#include <string>

#include "tests/e2e/module/module_test.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {

inline constexpr char kOtherUserId[] = "0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6";
inline constexpr char kOtherTokenId[] = "1e2f3a4b-5c6d-4e7f-8091-a2b3c4d5e6f7";

class LimitsTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  [[nodiscard]] std::string guarded(const std::string& path, const std::string& directives,
                                    const std::string& mode = "on") const {
    return "location " + path + " { access_token " + mode + "; " + directives + " proxy_pass " +
           target_.url() + "; }\n";
  }
  // Of a record in Redis.
  [[nodiscard]] static std::string record(const std::string& user, const std::string& token_id) {
    return R"({"user_id":")" + user + R"(","token_id":")" + token_id +
           R"(","expires_at":"2099-01-01T00:00:00","duration_hours":1})";
  }

  // Each on a connection of its own, so that all workers get some.
  [[nodiscard]] int passed_of(int requests, const std::string& path, const std::string& token) {
    int passed = 0;
    for (int i = 0; i < requests; ++i) {
      HttpClient fresh;
      const HttpResponse response = fresh.get(url(path), {"X-Access-Token: " + token});
      EXPECT_TRUE(response.status == 200 || response.status == 429) << response.status;
      passed += response.status == 200 ? 1 : 0;
    }
    return passed;
  }
  [[nodiscard]] WebSocketClient open_stream(const std::string& path = "/ws") const {
    return WebSocketClient{{.port = port_, .target = path + "?token=" + token_}};
  }
  // Until what has ended is no longer counted.
  void await_room(const std::string& path = "/") {
    await("a connection to be given back", [&] { return ask(token_, path).status == 200; });
  }

  std::string token_ = new_token();
};

}  // namespace zenzefi::test
