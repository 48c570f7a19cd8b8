// The service's log: one JSON object a line on standard output, for journald, Docker or a file.
//
//   {"time":"2026-01-31T09:00:00.123Z","level":"info","event":"listening","port":8001}
//
// Everything that is written passes redaction.hpp. Writing never waits for the reader of the log: a
// queue is in between, and when it is full the oldest lines go first.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <variant>

namespace zenzefi::log {

enum class Level { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning", "error"; empty for anything else.
[[nodiscard]] std::optional<Level> parse_level(std::string_view name) noexcept;

struct Field {
  using Value = std::variant<std::string_view, std::int64_t, double, bool>;

  std::string_view name;
  Value value;
};

// From construction to destruction lines are written; the destructor waits until all of them are
// out. One at a time, in main().
class Session {
 public:
  explicit Session(Level least);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

// Thread-safe, and without effect outside a Session. `event` is a constant sentence in lower case;
// what varies is in the fields.
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {}) noexcept;

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) noexcept {
  write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) noexcept {
  write(Level::kInfo, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) noexcept {
  write(Level::kWarning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) noexcept {
  write(Level::kError, event, fields);
}

}  // namespace zenzefi::log
