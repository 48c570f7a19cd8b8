// Frames of HTTP/2 (RFC 9113), for what no HTTP library would show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zenzefi::test::http2 {

enum class FrameType : char { kData = 0, kHeaders = 1, kReset = 3, kSettings = 4, kWindow = 8 };

inline constexpr char kEndStream = 1;
inline constexpr char kEndHeaders = 4;

inline std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    text += static_cast<char>(value >> shift & 0xFFU);
  }
  return text;
}

// What a frame begins with.
inline std::string frame_head(FrameType type, char flags, std::uint32_t stream,
                              std::size_t length) {
  return number(static_cast<std::uint32_t>(length), 3) + static_cast<char>(type) + flags +
         number(stream, 4);
}

inline std::string frame(FrameType type, char flags, std::uint32_t stream,
                         std::string_view payload) {
  return frame_head(type, flags, stream, payload.size()) + std::string{payload};
}

// What a client sends first, with room for much data on the connection as a whole.
inline std::string preface() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(FrameType::kSettings, 0, 0, "") +
         frame(FrameType::kWindow, 0, 0, number(1U << 30, 4));
}

// As HPACK's static table has it (RFC 7541, appendix A).
enum class Method : char { kGet = '\x82', kPost = '\x83' };

// Names in lower case; names and values of less than 127 bytes.
inline std::string request(Method method, char flags, std::uint32_t stream, std::string_view path,
                           const std::vector<std::pair<std::string, std::string>>& headers) {
  const auto text = [](std::string_view value) {
    return static_cast<char>(value.size()) + std::string{value};
  };
  // In the same table: http; names of :path and :authority
  std::string block =
      static_cast<char>(method) + ("\x86\x04" + text(path)) + "\x01" + text("localhost");
  for (const auto& [name, value] : headers) {
    block += '\0' + text(name) + text(value);
  }
  return frame(FrameType::kHeaders, static_cast<char>(flags | kEndHeaders), stream, block);
}

// Without a body.
inline std::string get(std::uint32_t stream, std::string_view path,
                       const std::vector<std::pair<std::string, std::string>>& headers) {
  return request(Method::kGet, kEndStream, stream, path, headers);
}

// With a body to come.
inline std::string post(std::uint32_t stream, std::string_view path,
                        const std::vector<std::pair<std::string, std::string>>& headers) {
  return request(Method::kPost, 0, stream, path, headers);
}

inline std::string data(std::uint32_t stream, std::string_view payload, char flags = 0) {
  return frame(FrameType::kData, flags, stream, payload);
}

// How much may be received of each stream that begins after it, until more is allowed.
inline std::string initial_window(std::uint32_t size) {
  return frame(FrameType::kSettings, 0, 0, number(4, 2) + number(size, 4));
}

inline std::string more_window(std::uint32_t stream, std::uint32_t size) {
  return frame(FrameType::kWindow, 0, stream, number(size, 4));
}

}  // namespace zenzefi::test::http2
