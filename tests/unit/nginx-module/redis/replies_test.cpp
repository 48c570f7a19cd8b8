#include "redis/replies.hpp"

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <memory>
#include <string>

#include "shared/keys.hpp"

namespace zenzefi::gateway::redis {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

Reply parse(const std::string& wire) {
  redisReader* reader = redisReaderCreate();
  redisReaderFeed(reader, wire.data(), wire.size());
  void* reply = nullptr;
  EXPECT_EQ(redisReaderGetReply(reader, &reply), REDIS_OK);
  redisReaderFree(reader);
  return Reply{static_cast<redisReply*>(reply)};
}

TEST(Replies, TextIsWhatHasAny) {
  EXPECT_EQ(text_of(*parse("+OK\r\n")), "OK");
  EXPECT_EQ(text_of(*parse("-ERR no\r\n")), "ERR no");
  EXPECT_EQ(text_of(*parse(std::string("$3\r\na\0b\r\n", 9))), std::string_view("a\0b", 3));
  EXPECT_EQ(text_of(*parse(":5\r\n")), "");
  EXPECT_EQ(text_of(*parse("$-1\r\n")), "");
  EXPECT_EQ(text_of(*parse("*0\r\n")), "");
}

TEST(Replies, ElementsAreOfArraysOnly) {
  EXPECT_EQ(elements_of(*parse("*2\r\n:1\r\n$1\r\na\r\n")).size(), 2U);
  EXPECT_TRUE(elements_of(*parse("*0\r\n")).empty());
  EXPECT_TRUE(elements_of(*parse("$2\r\nab\r\n")).empty());
  EXPECT_TRUE(elements_of(*parse("*-1\r\n")).empty());
}

TEST(Replies, AReplicaIsCutOffUnlessItIsConnected) {
  const auto replica = [](const std::string& state) {
    return parse("*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:6379\r\n$" +
                 std::to_string(state.size()) + "\r\n" + state + "\r\n:100\r\n");
  };
  EXPECT_TRUE(is_replica(*replica("connected")));
  EXPECT_FALSE(is_replica(*parse("*3\r\n$6\r\nmaster\r\n:100\r\n*0\r\n")));
  EXPECT_FALSE(is_cut_off_replica(*replica("connected")));
  EXPECT_TRUE(is_cut_off_replica(*replica("connect")));
  EXPECT_TRUE(is_cut_off_replica(*replica("connecting")));
  EXPECT_TRUE(is_cut_off_replica(*replica("sync")));
  EXPECT_FALSE(is_cut_off_replica(*parse("*3\r\n$6\r\nmaster\r\n:100\r\n*0\r\n")));
  EXPECT_FALSE(is_cut_off_replica(*parse("-NOPERM this user has no permissions\r\n")));
}

TEST(Replies, DeliveryIsOverdueOnceItsWordIsOld) {
  const auto aged = [](std::chrono::milliseconds age) {
    return parse(":" + std::to_string((kDeliveredLifetime - age).count()) + "\r\n");
  };
  EXPECT_FALSE(is_delivery_overdue(*aged(std::chrono::milliseconds{0})));
  EXPECT_FALSE(is_delivery_overdue(*aged(kDeliveredAge)));
  EXPECT_TRUE(is_delivery_overdue(*aged(kDeliveredAge + std::chrono::milliseconds{1})));
  EXPECT_TRUE(is_delivery_overdue(*aged(-2 * kDeliveredAge))) << "the clock was set back";
  EXPECT_TRUE(is_delivery_overdue(*parse(":-1\r\n"))) << "without an end: not the service's";
  EXPECT_FALSE(is_delivery_overdue(*parse(":-2\r\n"))) << "nobody gives it";
  EXPECT_FALSE(is_delivery_overdue(*parse("-NOPERM this user has no permissions\r\n")));
}

}  // namespace
}  // namespace zenzefi::gateway::redis
