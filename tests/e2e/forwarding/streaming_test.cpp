// Bodies go by, both ways, without being gathered in memory or on disk.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/forwarding/byte_stream.hpp"
#include "tests/e2e/forwarding/gateway.hpp"

namespace zenzefi::test {
namespace {

constexpr std::size_t kMegabyte = 1 << 20;
constexpr std::size_t kSize = 200 * kMegabyte;
// What a worker may grow by: some buffers, never a part of the body that depends on its size.
constexpr std::size_t kGrowth = 4 * kMegabyte;

// The most memory the process has held so far, in bytes.
std::size_t peak_memory(pid_t process) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stoul(line.substr(6)) * 1024;
    }
  }
  throw std::runtime_error("no VmHWM of nginx");
}

// Files the process holds open for buffering; nginx removes their names at once.
std::vector<std::string> temporary_files(pid_t process) {
  std::vector<std::string> found;
  const std::filesystem::path descriptors{"/proc/" + std::to_string(process) + "/fd"};
  for (const auto& entry : std::filesystem::directory_iterator{descriptors}) {
    std::error_code gone;
    const std::string file = std::filesystem::read_symlink(entry.path(), gone).string();
    if (!gone && file.find("_temp/") != std::string::npos) {
      found.push_back(file);
    }
  }
  return found;
}

class Streaming : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(gateway_.get("/headers").status, 200);
    ASSERT_EQ(gateway_.nginx().workers().size(), 1U);
    worker_ = gateway_.nginx().workers().front();
    before_ = peak_memory(worker_);
  }

  void expect_nothing_gathered() const {
    EXPECT_LT(peak_memory(worker_) - before_, kGrowth);
    EXPECT_EQ(temporary_files(worker_), std::vector<std::string>{});
  }

  [[nodiscard]] std::string head(const std::string& line, const std::string& fields = "") const {
    return line + " HTTP/1.1\r\nHost: localhost\r\n" + gateway_.credential() + "\r\n" + fields +
           "\r\n";
  }

  DemoTarget target_;
  // The zone counts as the worker's memory, too: below a huge page, it does not become one.
  Gateway gateway_{target_.origin(), {{"ACCESS_TOKEN_ZONE_SIZE", "1m"}}};
  pid_t worker_ = 0;
  std::size_t before_ = 0;
};

TEST_F(Streaming, ALargeDownload) {
  ByteStream stream{gateway_.port()};
  stream.write(head("GET /api/v1/proxy/download?size=" + std::to_string(kSize)));
  EXPECT_NE(stream.read_head().find("Content-Length: " + std::to_string(kSize)), std::string::npos);
  for (std::size_t offset = 0; offset < kSize; offset += kMegabyte) {
    const std::string piece = stream.read(kMegabyte);
    // Each line of 16 bytes names its own offset.
    ASSERT_EQ(std::stoul(piece.substr(0, 15), nullptr, 16), offset);
    ASSERT_EQ(std::stoul(piece.substr(kMegabyte - 16, 15), nullptr, 16), offset + kMegabyte - 16);
    if (offset == 10 * kMegabyte) {
      expect_nothing_gathered();
    }
  }
  expect_nothing_gathered();
}

TEST_F(Streaming, ALargeDownloadInChunks) {
  ByteStream stream{gateway_.port()};
  stream.write(head("GET /api/v1/proxy/download?chunked&size=" + std::to_string(20 * kMegabyte)));
  EXPECT_NE(stream.read_head().find("Transfer-Encoding: chunked"), std::string::npos);
  std::size_t size = 0;
  for (std::string chunk = stream.read_chunk(); !chunk.empty(); chunk = stream.read_chunk()) {
    size += chunk.size();
  }
  EXPECT_EQ(size, 20 * kMegabyte);
  expect_nothing_gathered();
}

TEST_F(Streaming, ALargeUploadComesBackWhileItIsSent) {
  ByteStream stream{gateway_.port()};
  stream.write(head("PUT /api/v1/proxy/echo", "Content-Length: " + std::to_string(kSize) + "\r\n"));
  const std::string piece(kMegabyte / 4, 'u');
  bool begun = false;
  std::size_t echoed = 0;
  // The answer begins when the target has read the first part.
  for (std::size_t sent = 0; sent < kSize; sent += piece.size()) {
    stream.write(piece);
    if (!begun) {
      EXPECT_NE(stream.read_head().find("200"), std::string::npos);
      begun = true;
    }
    while (echoed + piece.size() <= sent) {
      const std::string chunk = stream.read_chunk();
      ASSERT_EQ(chunk, std::string(chunk.size(), 'u'));
      echoed += chunk.size();
    }
  }
  for (std::string chunk = stream.read_chunk(); !chunk.empty(); chunk = stream.read_chunk()) {
    echoed += chunk.size();
  }
  EXPECT_EQ(echoed, kSize);
  expect_nothing_gathered();
}

TEST_F(Streaming, AChunkedUploadReachesTheTargetBeforeItEnds) {
  ByteStream stream{gateway_.port()};
  stream.write(head("POST /api/v1/proxy/echo", "Transfer-Encoding: chunked\r\n"));
  stream.write("5\r\nfirst\r\n");
  static_cast<void>(stream.read_head());
  EXPECT_EQ(stream.read_chunk(), "first");
  stream.write("4\r\nlast\r\n0\r\n\r\n");
  EXPECT_EQ(stream.read_chunk(), "last");
  EXPECT_EQ(stream.read_chunk(), "");
}

TEST_F(Streaming, EventsArriveWhenTheyAreSent) {
  ByteStream stream{gateway_.port()};
  const auto start = std::chrono::steady_clock::now();
  // The second one is an hour away.
  stream.write(head("GET /api/v1/proxy/events?count=2&interval_ms=3600000"));
  EXPECT_NE(stream.read_head().find("text/event-stream"), std::string::npos);
  EXPECT_EQ(stream.read_chunk(), "id: 1\nevent: tick\ndata: {\"number\": 1}\n\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
}

}  // namespace
}  // namespace zenzefi::test
