#include "directives/password_file.hpp"

#include <array>

namespace zenzefi::gateway {
namespace {

constexpr std::size_t kMaxLength = 512;

class File {
 public:
  explicit File(const ngx_str_t& path) noexcept
      : fd_(ngx_open_file(path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0)) {}
  ~File() {
    if (fd_ != NGX_INVALID_FILE) {
      ngx_close_file(fd_);
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // NGX_ERROR when it cannot be read.
  [[nodiscard]] ssize_t read_into(u_char* to, std::size_t size) const noexcept {
    return fd_ == NGX_INVALID_FILE ? NGX_ERROR : ngx_read_fd(fd_, to, size);
  }

 private:
  ngx_fd_t fd_;
};

std::string_view first_line(std::string_view text) noexcept {
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

const char* read_password_file(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept {
  if (value.len == 0 || ngx_conf_full_name(cf->cycle, &value, 1) != NGX_OK) {
    return "no file in";
  }
  const File file{value};
  std::array<u_char, kMaxLength + 2> buffer;
  const ssize_t size = file.read_into(buffer.data(), buffer.size());
  if (size < 0) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "cannot read \"%V\"", &value);
    return "unreadable file in";
  }
  const std::string_view password =
      first_line({reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(size)});
  if (password.empty() || password.size() > kMaxLength) {
    return "no password in the first line of the file in";
  }
  if (!copy(cf->pool, password, *static_cast<ngx_str_t*>(target))) {
    return "no memory for";
  }
  ngx_explicit_memzero(buffer.data(), buffer.size());
  return nullptr;
}

}  // namespace zenzefi::gateway
