#include "infra/redis/connection_pool.hpp"

#include <algorithm>
#include <utility>

namespace zenzefi::infra {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

milliseconds until(SteadyClock::time_point deadline) {
  return std::max(milliseconds{1}, std::chrono::ceil<milliseconds>(deadline - SteadyClock::now()));
}

}  // namespace

RedisPool::RedisPool(RedisPoolOptions options)
    : options_{std::move(options)},
      jitter_{std::random_device{}()},
      thread_{[this](const std::stop_token& stop) { keep_ready(stop); }} {}

RedisPool::~RedisPool() = default;

template <typename Ask>
auto RedisPool::over_connection(const Ask& ask) {
  const auto deadline = SteadyClock::now() + options_.command_timeout;
  bool again = false;
  while (true) {
    Lease lease = acquire(deadline);
    try {
      auto reply = ask(lease.connection, until(deadline));
      give_back(std::move(lease));
      return reply;
    } catch (const RedisRefused&) {
      give_back(std::move(lease));
      throw;
    } catch (const RedisConnectionLost& error) {
      lose(lease.generation, error.what());
      if (again || error.timed_out()) {
        throw;
      }
      again = true;
    }
  }
}

RedisReply RedisPool::command(std::span<const std::string_view> words) {
  return over_connection([words](RedisConnection& connection, milliseconds timeout) {
    return connection.command(words, timeout);
  });
}

void RedisPool::pipeline(std::span<const std::vector<std::string_view>> commands) {
  over_connection([commands](RedisConnection& connection, milliseconds timeout) {
    connection.pipeline(commands, timeout);
    return true;
  });
}

RedisPool::Lease RedisPool::acquire(Time deadline) {
  std::unique_lock guard{lock_};
  if (!available_.wait_until(guard, deadline, [this] { return !idle_.empty() || down_; })) {
    throw RedisConnectionLost("no connection to Redis became free in time", true);
  }
  if (idle_.empty()) {
    throw RedisConnectionLost(reason_, false);
  }
  Lease lease{.connection = std::move(idle_.back()), .generation = generation_};
  idle_.pop_back();
  return lease;
}

void RedisPool::give_back(Lease lease) {
  {
    const std::lock_guard guard{lock_};
    if (lease.generation != generation_) {
      return;
    }
    idle_.push_back(std::move(lease.connection));
  }
  available_.notify_one();
}

void RedisPool::lose(std::uint64_t generation, const std::string& reason) {
  std::vector<RedisConnection> lost;
  {
    const std::lock_guard guard{lock_};
    if (generation != generation_) {
      return;
    }
    ++generation_;
    open_ = 0;
    lost.swap(idle_);
    reason_ = reason;
  }
  lost_.notify_one();
}

void RedisPool::keep_ready(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock guard{lock_};
      if (!lost_.wait(guard, stop, [this] { return open_ < options_.connections; })) {
        return;
      }
    }
    open_one(stop);
  }
}

void RedisPool::open_one(const std::stop_token& stop) {
  std::string reason;
  try {
    RedisConnection connection{options_.address, options_.connect_timeout};
    {
      const std::lock_guard guard{lock_};
      idle_.push_back(std::move(connection));
      ++open_;
      down_ = false;
    }
    available_.notify_all();
    pause_ = milliseconds{0};
    report(true, "");
    return;
  } catch (const std::exception& error) {
    reason = error.what();
  }
  report(false, reason);
  std::unique_lock guard{lock_};
  down_ = true;
  reason_ = reason;
  available_.notify_all();
  lost_.wait_for(guard, stop, next_pause(), [] { return false; });
}

milliseconds RedisPool::next_pause() {
  pause_ = std::clamp(2 * pause_, options_.first_pause, options_.longest_pause);
  std::uniform_int_distribution<milliseconds::rep> part{0, pause_.count() / 4};
  return pause_ - milliseconds{part(jitter_)};
}

void RedisPool::report(bool reachable, const std::string& reason) {
  if (reachable != reported_reachable_ && options_.on_change) {
    options_.on_change(reachable, reason);
  }
  reported_reachable_ = reachable;
}

}  // namespace zenzefi::infra
