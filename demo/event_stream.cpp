#include "demo/event_stream.hpp"

#include <utility>

namespace zenzefi::demo {

EventStream::EventStream(const boost::asio::any_io_executor& executor, std::uint64_t count,
                         std::chrono::milliseconds interval)
    : timer_(executor), count_(count), interval_(interval) {}

void EventStream::next(Handler handler) {
  const bool wait = sent_ > 0 && sent_ < count_;
  timer_.expires_after(wait ? interval_ : std::chrono::milliseconds(0));
  timer_.async_wait([this, handler = std::move(handler)](boost::system::error_code error) {
    event_.clear();
    if (sent_ < count_) {
      const std::string number = std::to_string(++sent_);
      event_ = "id: " + number + "\nevent: tick\ndata: {\"number\": " + number + "}\n\n";
    }
    handler(error, event_);
  });
}

}  // namespace zenzefi::demo
