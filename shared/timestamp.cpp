#include "shared/timestamp.hpp"

namespace zenzefi {
namespace {

// Reads fixed-width fields off the front of a text; once a read fails, every later one does.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  int number(int digits) noexcept {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      const char c = peek();
      if (c < '0' || c > '9') {
        failed_ = true;
        return 0;
      }
      value = value * 10 + (c - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  bool skip(char expected) noexcept {
    if (peek() != expected) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char expected) noexcept {
    if (!skip(expected)) {
      failed_ = true;
    }
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void skip_fraction(Reader& in) noexcept {
  if (in.skip('.') || in.skip(',')) {
    in.number(1);
    while (in.peek() >= '0' && in.peek() <= '9') {
      in.number(1);
    }
  }
}

// What to subtract to arrive at UTC.
std::chrono::minutes read_offset(Reader& in) noexcept {
  if (in.at_end() || in.skip('Z') || in.skip('z')) {
    return std::chrono::minutes{0};
  }
  const bool west = in.peek() == '-';
  if (!in.skip('+') && !in.skip('-')) {
    in.expect('+');
    return std::chrono::minutes{0};
  }
  const int hours = in.number(2);
  int minutes = 0;
  if (in.skip(':') || !in.at_end()) {
    minutes = in.number(2);
  }
  if (hours > 23 || minutes > 59) {
    in.expect('\0');
  }
  const std::chrono::minutes offset{hours * 60 + minutes};
  return west ? -offset : offset;
}

// Not by snprintf, which takes ten times as long: nginx formats two for each client and second.
void put_number(std::string& out, std::size_t at, std::size_t digits, unsigned number) noexcept {
  for (std::size_t i = at + digits; i > at; --i) {
    out[i - 1] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

}  // namespace

std::string format_timestamp(Timestamp time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss clock{time - midnight};
  std::string out = "0000-00-00T00:00:00Z";
  put_number(out, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_number(out, 5, 2, static_cast<unsigned>(date.month()));
  put_number(out, 8, 2, static_cast<unsigned>(date.day()));
  put_number(out, 11, 2, static_cast<unsigned>(clock.hours().count()));
  put_number(out, 14, 2, static_cast<unsigned>(clock.minutes().count()));
  put_number(out, 17, 2, static_cast<unsigned>(clock.seconds().count()));
  return out;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
  Reader in{text};
  const int year = in.number(4);
  in.expect('-');
  const int month = in.number(2);
  in.expect('-');
  const int day = in.number(2);
  if (!in.skip('T') && !in.skip('t')) {
    in.expect(' ');
  }
  const int hour = in.number(2);
  in.expect(':');
  const int minute = in.number(2);
  in.expect(':');
  const int second = in.number(2);
  skip_fraction(in);
  const auto offset = read_offset(in);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  // 60 is a leap second, which POSIX time does not count.
  if (in.failed() || !in.at_end() || year < 1970 || !date.ok() || hour > 23 || minute > 59 ||
      second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} - offset;
}

std::string format_precise_timestamp(PreciseTimestamp time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = format_timestamp(second);
  const std::string fraction = std::to_string(1000 + (time - second).count());
  text.replace(text.size() - 1, 1, "." + fraction.substr(1) + "Z");
  return text;
}

std::optional<PreciseTimestamp> parse_precise_timestamp(std::string_view text) noexcept {
  const auto second = parse_timestamp(text);
  if (!second) {
    return std::nullopt;
  }
  std::chrono::milliseconds fraction{0};
  const std::size_t point = text.find_first_of(".,");
  std::chrono::milliseconds digit_worth{100};
  for (std::size_t i = point + 1; point != std::string_view::npos && i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') {
      break;
    }
    fraction += (text[i] - '0') * digit_worth;
    digit_worth /= 10;
  }
  return *second + fraction;
}

}  // namespace zenzefi
