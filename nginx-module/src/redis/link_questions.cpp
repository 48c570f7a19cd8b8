// What others ask of Redis through the link, and how they hear of the answer.
#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "redis/link.hpp"
#include "redis/replies.hpp"
#include "shared/keys.hpp"

namespace zenzefi::gateway::redis {
namespace {

// Belongs to hiredis from command() until its reply, or null, has come.
struct Command {
  Link::CommandReceiver receiver;
  void* owner;
  Link* link;
};

}  // namespace

// Belongs to hiredis from get() until its reply, or null, has come.
class Query {
 public:
  Link::Receiver receiver;
  void* owner;
  Link* link;
};

Query* Link::get(const TokenHash& hash, Receiver receiver, void* owner) noexcept {
  if (state_ != State::kStanding || starting_until_) {
    return nullptr;
  }
  std::unique_ptr<Query> query{new (std::nothrow) Query{receiver, owner, this}};
  if (query == nullptr) {
    return nullptr;
  }
  std::array<char, kActiveTokenPrefix.size() + 64> key{};
  kActiveTokenPrefix.copy(key.data(), kActiveTokenPrefix.size());
  char hex[64];
  hash.write_hex(hex);
  std::copy(std::begin(hex), std::end(hex), key.data() + kActiveTokenPrefix.size());
  if (!query_.send(&Link::on_record, query.get(), {"GET", {key.data(), key.size()}})) {
    return nullptr;
  }
  return query.release();
}

void Link::abandon(Query& query) noexcept {
  query.receiver = nullptr;
}

void Link::on_record(redisAsyncContext* /*context*/, void* reply, void* query) noexcept {
  const std::unique_ptr<Query> asked{static_cast<Query*>(query)};
  const auto* answer = static_cast<const redisReply*>(reply);
  Record record;
  if (answer != nullptr && answer->type == REDIS_REPLY_STRING) {
    record = {Record::Kind::kPresent, text_of(*answer)};
  } else if (answer != nullptr && answer->type == REDIS_REPLY_NIL) {
    record.kind = Record::Kind::kAbsent;
  } else if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) {
    asked->link->complain(text_of(*answer));
    asked->link->metrics_.count(Counter::kRedisErrors);
  }
  if (asked->receiver != nullptr) {
    asked->receiver(asked->owner, record);
  }
}

bool Link::command(std::span<const std::string_view> words, CommandReceiver receiver,
                   void* owner) noexcept {
  if (state_ != State::kStanding) {
    return false;
  }
  std::unique_ptr<Command> command{new (std::nothrow) Command{receiver, owner, this}};
  if (command == nullptr || !query_.send(&Link::on_command, command.get(), words)) {
    return false;
  }
  static_cast<void>(command.release());  // on_command() has it
  return true;
}

void Link::on_command(redisAsyncContext* /*context*/, void* reply, void* command) noexcept {
  const std::unique_ptr<Command> sent{static_cast<Command*>(command)};
  const auto* answer = static_cast<const redisReply*>(reply);
  if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) {
    sent->link->complain(text_of(*answer));
  }
  sent->receiver(sent->owner, answer);
}

}  // namespace zenzefi::gateway::redis
