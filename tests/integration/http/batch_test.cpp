// Requests that are answered together.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/wire/response_format.hpp"
#include "tests/integration/http/running_service.hpp"
#include "tests/support/await.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using Ids = std::vector<std::string>;

class Batch : public testing::Test {
 protected:
  // One connection for each id, all of whose requests wait for the only worker before it takes
  // them.
  std::vector<std::string> ask_at_once(const Ids& ids) {
    RawSocket blocker{service_.port()};
    blocker.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
    service_.gate.await_waiting(1);
    std::vector<RawSocket> sockets;
    for (const std::string& id : ids) {
      sockets.emplace_back(service_.port());
      sockets.back().send("GET /together/" + id + " HTTP/1.1\r\nHost: x\r\n\r\n");
      await("it to wait in the queue", [&] {
        return service_.metrics().find("zenzefi_pool_queue_depth{pool=\"general\"} " +
                                       std::to_string(sockets.size())) != std::string::npos;
      });
    }
    service_.gate.open();
    std::vector<std::string> answers;
    for (RawSocket& socket : sockets) {
      answers.push_back(socket.receive_until("}"));
    }
    return answers;
  }

  RunningService service_{{.general_workers = 1}};
};

TEST_F(Batch, EachGetsItsOwnAnswer) {
  const auto answers = ask_at_once({"a", "b", "c"});
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(status_of(answers[i]), 200);
    EXPECT_TRUE(answers[i].ends_with(R"({"id":")" + std::string(1, "abc"[i]) + "\"}"))
        << answers[i];
  }
  EXPECT_EQ(service_.batches(), (std::vector<Ids>{{"a", "b", "c"}}));
}

TEST_F(Batch, WhatIsLeftUnansweredComesAgainAlone) {
  const auto answers = ask_at_once({"a", "later", "b"});
  for (const std::string& answer : answers) {
    EXPECT_EQ(status_of(answer), 200);
  }
  EXPECT_EQ(service_.batches(), (std::vector<Ids>{{"a", "later", "b"}, {"later"}}));
}

TEST_F(Batch, OneThatFailsDoesNotSpoilTheOthers) {
  const auto answers = ask_at_once({"a", "throw", "b", "c"});
  EXPECT_EQ(status_of(answers[0]), 200);
  EXPECT_EQ(status_of(answers[1]), 500);
  EXPECT_EQ(status_of(answers[2]), 200);
  EXPECT_EQ(status_of(answers[3]), 200);
  EXPECT_EQ(answers[1].find("hunter2"), std::string::npos);
}

TEST_F(Batch, NoneIsLeftUnansweredInTheEnd) {
  EXPECT_EQ(status_of(ask_at_once({"never"})[0]), 500);
}

}  // namespace
}  // namespace zenzefi::test
