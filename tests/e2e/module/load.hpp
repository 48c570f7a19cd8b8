// Requests that go on while something else happens.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <utility>

#include "tests/support/await.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {

// Requests on fresh connections, one after the other, for as long as it lives.
class Load {
 public:
  Load(std::string url, std::string token)
      : client_{
            [this, url = std::move(url), token = std::move(token)](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                ask(url, token);
              }
            }} {}

  void stop() {
    client_.request_stop();
    client_.join();
  }
  [[nodiscard]] int passed() const { return passed_; }
  [[nodiscard]] int refused() const { return refused_; }
  [[nodiscard]] int failed() const { return failed_; }
  // A hundred more.
  void await_more() const {
    const int before = passed_;
    await("requests to pass", [&] { return passed_ >= before + 100; });
  }

 private:
  void ask(const std::string& url, const std::string& token) {
    try {
      HttpClient fresh;
      ++(fresh.get(url, {"X-Access-Token: " + token}).status == 200 ? passed_ : refused_);
    } catch (const HttpFailure&) {
      ++failed_;
    }
  }

  std::atomic<int> passed_ = 0;
  std::atomic<int> refused_ = 0;  // answered, but not with 200
  std::atomic<int> failed_ = 0;   // not answered
  std::jthread client_;
};

}  // namespace zenzefi::test
