// Linked into an end-to-end test, this holds every answer that the gateway's API gives in it
// against auth-service/openapi.yaml. What was answered goes to check_answers.py through a pipe when
// the test ends, since it is full of secrets.
#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/build_paths.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {
namespace {

constexpr const char* kPython = "/usr/bin/python3";

// What names a host asks, perhaps, for the target's own, where every path is the target's; and the
// path that only leads to the target is none of the API either.
bool is_for_the_api(const HttpRequest& request, std::string_view path) {
  const bool names_host =
      std::any_of(request.headers.begin(), request.headers.end(),
                  [](const std::string& header) { return header.starts_with("Host:"); });
  return !names_host && path != "/api/v1/proxy" &&
         (path.starts_with("/api/v1/") || path.starts_with("/health") || path == "/openapi.json");
}

std::string path_of(const std::string& url) {
  const std::size_t path = std::min(url.find('/', url.find("://") + 3), url.size());
  return url.substr(path, url.find('?', path) - path);
}

// A line for check_answers.py. Bodies of other types are not looked into.
std::string describe(const HttpRequest& request, const std::string& path,
                     const HttpResponse& response) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  const auto text = [&writer](std::string_view value) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  writer.StartObject();
  writer.Key("method");
  text(request.method);
  writer.Key("path");
  text(path);
  writer.Key("status");
  writer.Int(response.status);
  writer.Key("headers");
  writer.StartArray();
  for (const auto& [name, value] : response.headers) {
    writer.StartArray();
    text(name);
    text(value);
    writer.EndArray();
  }
  writer.EndArray();
  writer.Key("body");
  const bool is_json = response.header("Content-Type").value_or("").starts_with("application/json");
  text(is_json || response.body.empty() ? response.body : "not JSON");
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string shell_quoted(const std::string& text) {
  std::string quoted_text = "'";
  for (const char c : text) {
    quoted_text += c == '\'' ? std::string{"'\\''"} : std::string{c};
  }
  return quoted_text + "'";
}

class DescribedAnswers : public testing::Environment {
 public:
  void SetUp() override {
    observe_exchanges([this](const HttpRequest& request, const HttpResponse& response) {
      const std::string path = path_of(request.url);
      if (is_for_the_api(request, path)) {
        const std::scoped_lock lock{mutex_};
        lines_.push_back(describe(request, path, response));
      }
    });
  }

  void TearDown() override {
    const auto directory = source_root() / "tests/e2e/description";
    std::string command = std::string{kPython} + " " +
                          shell_quoted((directory / "check_answers.py").string()) + " " +
                          shell_quoted((source_root() / "auth-service/openapi.yaml").string());
    // Where the calls and statuses that were seen are to be listed.
    if (const char* seen = std::getenv("ZENZEFI_SEEN"); seen != nullptr) {
      command += " " + shell_quoted(seen);
    }
    std::FILE* checker = ::popen(command.c_str(), "w");
    ASSERT_NE(checker, nullptr);
    for (const std::string& line : lines_) {
      std::fputs((line + "\n").c_str(), checker);
    }
    EXPECT_EQ(::pclose(checker), 0) << "answers and auth-service/openapi.yaml disagree, see above";
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// GoogleTest deletes it.
[[maybe_unused]] const testing::Environment* const kDescribedAnswers =
    testing::AddGlobalTestEnvironment(new DescribedAnswers);

}  // namespace
}  // namespace zenzefi::test
