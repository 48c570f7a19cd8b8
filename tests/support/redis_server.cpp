#include "tests/support/redis_server.hpp"

#include <hiredis/hiredis.h>

#include <memory>
#include <stdexcept>

#include "tests/support/free_port.hpp"

namespace zenzefi::test {
namespace {

struct ContextDeleter {
  void operator()(redisContext* context) const { redisFree(context); }
};
struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, ContextDeleter>;
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

RedisReply convert(const redisReply& reply) {
  RedisReply result;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      result.kind = RedisReply::Kind::kText;
      result.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ERROR:
      result.kind = RedisReply::Kind::kError;
      result.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_INTEGER:
      result.kind = RedisReply::Kind::kInteger;
      result.integer = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      result.kind = RedisReply::Kind::kArray;
      for (std::size_t i = 0; i < reply.elements; ++i) {
        result.elements.push_back(convert(*reply.element[i]));
      }
      break;
    default:
      break;
  }
  return result;
}

RedisReply execute(redisContext& context, const std::vector<std::string>& words) {
  std::vector<const char*> argv;
  std::vector<std::size_t> lengths;
  for (const std::string& word : words) {
    argv.push_back(word.data());
    lengths.push_back(word.size());
  }
  const Reply reply{static_cast<redisReply*>(
      redisCommandArgv(&context, static_cast<int>(argv.size()), argv.data(), lengths.data()))};
  if (!reply) {
    throw std::runtime_error("Redis: " + std::string{context.errstr});
  }
  return convert(*reply);
}

}  // namespace

RedisServer::RedisServer(RedisOptions options)
    : dir_{"redis"}, port_{free_port()}, options_{std::move(options)} {
  start();
}

RedisServer::~RedisServer() {
  if (process_) {
    process_->signal(SIGKILL);
  }
}

std::string RedisServer::url() const {
  return "redis://127.0.0.1:" + std::to_string(port_);
}

Environment RedisServer::environment() const {
  return {{"REDIS_HOST", "127.0.0.1"},
          {"REDIS_PORT", std::to_string(port_)},
          {"REDIS_PASSWORD", options_.password}};
}

void RedisServer::start() {
  std::vector<std::string> argv{"redis-server",
                                "--port",
                                std::to_string(port_),
                                "--bind",
                                "127.0.0.1",
                                "--dir",
                                dir_.path(),
                                "--save",
                                "",
                                "--appendonly",
                                options_.persistent ? "yes" : "no"};
  if (!options_.password.empty()) {
    argv.insert(argv.end(), {"--requirepass", options_.password});
  }
  argv.insert(argv.end(), options_.arguments.begin(), options_.arguments.end());
  process_.emplace(
      ProcessOptions{.argv = argv, .working_directory = dir_.path(), .output = dir_ / "log"});
  await("Redis to answer (" + (dir_ / "log").string() + ")", [this] {
    if (!process_->running()) {
      throw std::runtime_error("Redis ended: " + log());
    }
    try {
      return command({"PING"}).text == "PONG";
    } catch (const std::runtime_error&) {
      return false;
    }
  });
}

void RedisServer::stop() {
  process_->stop();
}

void RedisServer::kill() {
  process_->stop(SIGKILL);
}

void RedisServer::pause() {
  process_->signal(SIGSTOP);
}

void RedisServer::resume() {
  process_->signal(SIGCONT);
}

RedisReply RedisServer::command(const std::vector<std::string>& words) const {
  const timeval timeout{.tv_sec = 5, .tv_usec = 0};
  const Context context{redisConnectWithTimeout("127.0.0.1", port_, timeout)};
  if (!context || context->err != 0) {
    throw std::runtime_error("no connection to Redis");
  }
  redisSetTimeout(context.get(), timeout);
  if (!options_.password.empty()) {
    execute(*context, {"AUTH", options_.password});
  }
  return execute(*context, words);
}

std::optional<std::string> RedisServer::get(const std::string& key) const {
  RedisReply reply = command({"GET", key});
  if (reply.kind != RedisReply::Kind::kText) {
    return std::nullopt;
  }
  return std::move(reply.text);
}

void RedisServer::set(const std::string& key, const std::string& value) const {
  command({"SET", key, value});
}

std::string RedisServer::log() const {
  return read_file(dir_ / "log");
}

}  // namespace zenzefi::test
