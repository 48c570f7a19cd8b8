// Server-sent events (WHATWG HTML, "Server-sent events") at a fixed interval.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "demo/body_source.hpp"

namespace zenzefi::demo {

class EventStream final : public BodySource {
 public:
  // Events are numbered from 1 to `count`; the first one comes at once.
  EventStream(const boost::asio::any_io_executor& executor, std::uint64_t count,
              std::chrono::milliseconds interval);

  void next(Handler handler) override;

 private:
  boost::asio::steady_timer timer_;
  std::uint64_t count_;
  std::chrono::milliseconds interval_;
  std::uint64_t sent_ = 0;
  std::string event_;
};

}  // namespace zenzefi::demo
