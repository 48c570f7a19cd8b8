// A connection on which a body of any size goes by without being held in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace zenzefi::test {

// Blocking, with a time-out of ten seconds; throws std::runtime_error on it, on an error, and when
// the other side closes too early. Not thread-safe.
class ByteStream {
 public:
  explicit ByteStream(std::uint16_t port);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  void write(std::string_view bytes) const;
  // Up to the empty line, which is included.
  [[nodiscard]] std::string read_head();
  // Exactly so many bytes.
  [[nodiscard]] std::string read(std::size_t size);
  // One chunk of a chunked body, without its framing; empty for the last one.
  [[nodiscard]] std::string read_chunk();

 private:
  [[nodiscard]] std::string read_through(std::string_view end);
  void fill();

  int socket_;
  std::string buffer_;
};

}  // namespace zenzefi::test
