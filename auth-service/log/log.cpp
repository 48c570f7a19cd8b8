#include "log/log.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>

#include "log/redaction.hpp"

namespace zenzefi::log {
namespace {

constexpr std::size_t kQueueLines = 8192;
constexpr const char* kLogger = "zenzefi";
// Only what format() leaves to spdlog: the time, which the writer's thread must not spend time on.
constexpr const char* kPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v)";

spdlog::level::level_enum level_of(Level level) noexcept {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warning", "error"};

using Writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>,
                                 rapidjson::CrtAllocator, rapidjson::kWriteDefaultFlags>;

void put(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void put(Writer& writer, const Field& field) {
  put(writer, field.name);
  std::visit(
      [&](const auto& value) {
        using Type = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Type, std::string_view>) {
          put(writer, redacted(field.name, value));
        } else if constexpr (std::is_same_v<Type, bool>) {
          writer.Bool(value);
        } else if constexpr (std::is_same_v<Type, double>) {
          writer.Double(value);
        } else {
          writer.Int64(value);
        }
      },
      field.value);
}

// Without the opening brace, which kPattern has.
std::string format(Level level, std::string_view event, std::initializer_list<Field> fields) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  put(writer, "level");
  put(writer, kNames.at(static_cast<std::size_t>(level)));
  put(writer, "event");
  put(writer, event);
  for (const Field& field : fields) {
    put(writer, field);
  }
  writer.EndObject();
  return {buffer.GetString() + 1, buffer.GetSize() - 1};
}

}  // namespace

std::optional<Level> parse_level(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames.at(i) == name) {
      return static_cast<Level>(i);
    }
  }
  return std::nullopt;
}

Session::Session(Level least) {
  spdlog::init_thread_pool(kQueueLines, 1);
  auto logger = std::make_shared<spdlog::async_logger>(
      kLogger, std::make_shared<spdlog::sinks::stdout_sink_mt>(), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern(kPattern, spdlog::pattern_time_type::utc);
  logger->set_level(level_of(least));
  logger->flush_on(spdlog::level::debug);
  spdlog::register_logger(logger);
}

Session::~Session() {
  spdlog::shutdown();
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) noexcept {
  try {
    const auto logger = spdlog::get(kLogger);
    if (logger && logger->should_log(level_of(level))) {
      logger->log(level_of(level), "{}", format(level, event, fields));
    }
  } catch (const std::exception&) {
    // No memory for a line of the log is no reason to fail what it speaks of.
    return;
  }
}

}  // namespace zenzefi::log
