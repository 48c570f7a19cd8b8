#include "request_headers.hpp"

#include <cstring>

#include "shared/ascii.hpp"
#include "shared/characters.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_uint_t kMarked = 0;

constexpr char normalise(u_char c) noexcept {
  return c == '-' ? '_' : to_lower(static_cast<char>(c));
}

Characters normalise(Characters text) noexcept {
  const Characters is_capital = (text >= 'A') & (text <= 'Z');
  const Characters is_dash = text == '-';
  return text ^ (is_capital & ('A' ^ 'a')) ^ (is_dash & ('-' ^ '_'));
}

// Of 8 to 16 characters the first eight and the last eight.
Characters ends_of(const void* text, std::size_t size) noexcept {
  constexpr std::size_t kHalf = sizeof(Characters) / 2;
  Characters ends;
  std::memcpy(&ends, text, kHalf);
  std::memcpy(reinterpret_cast<char*>(&ends) + kHalf, static_cast<const char*>(text) + size - kHalf,
              kHalf);
  return ends;
}

bool is_cookie(const ngx_table_elt_t& header) noexcept {
  return has_name(header, "cookie");
}

#if (nginx_version >= 1023000)

// Equal headers are chained behind the first.
void forget(ngx_table_elt_t** known, const ngx_table_elt_t& header) noexcept {
  for (; *known != nullptr; known = &(*known)->next) {
    if (*known == &header) {
      *known = header.next;
      return;
    }
  }
}

void forget_cookie(ngx_http_request_t* r, const ngx_table_elt_t& header) noexcept {
  forget(&r->headers_in.cookie, header);
}

#else

void forget(ngx_table_elt_t** known, const ngx_table_elt_t& header) noexcept {
  if (*known == &header) {
    *known = nullptr;
  }
}

void forget_cookie(ngx_http_request_t* r, const ngx_table_elt_t& header) noexcept {
  ngx_array_t& cookies = r->headers_in.cookies;
  auto* entries = static_cast<ngx_table_elt_t**>(cookies.elts);
  ngx_uint_t kept = 0;
  for (ngx_uint_t i = 0; i < cookies.nelts; ++i) {
    if (entries[i] != &header) {
      entries[kept++] = entries[i];
    }
  }
  cookies.nelts = kept;
}

#endif

void forget_known(ngx_http_request_t* r, const ngx_table_elt_t& header) noexcept {
  auto* core = static_cast<ngx_http_core_main_conf_t*>(
      ngx_http_get_module_main_conf(r, ngx_http_core_module));
  if (header.lowcase_key == nullptr) {
    return;
  }
  const auto* known = static_cast<const ngx_http_header_t*>(
      ngx_hash_find(&core->headers_in_hash, header.hash, header.lowcase_key, header.key.len));
  if (known != nullptr && known->offset != 0) {
    auto* place = reinterpret_cast<u_char*>(&r->headers_in) + known->offset;
    forget(reinterpret_cast<ngx_table_elt_t**>(place), header);
  }
}

// Builds a list of parts that are runs of elements of another list.
class PartChain {
 public:
  explicit PartChain(ngx_pool_t* pool) noexcept : pool_(pool) {}

  [[nodiscard]] bool append(ngx_table_elt_t* elements, ngx_uint_t count) noexcept {
    if (first_.nelts == 0) {
      first_ = {elements, count, nullptr};
      return true;
    }
    auto* part = static_cast<ngx_list_part_t*>(ngx_palloc(pool_, sizeof(ngx_list_part_t)));
    if (part == nullptr) {
      return false;
    }
    *part = {elements, count, nullptr};
    (last_ == nullptr ? first_.next : last_->next) = part;
    last_ = part;
    return true;
  }

  [[nodiscard]] bool replace(ngx_list_t& list) const noexcept {
    constexpr ngx_uint_t kRoom = 8;
    if (first_.nelts == 0) {
      return ngx_list_init(&list, pool_, kRoom, sizeof(ngx_table_elt_t)) == NGX_OK;
    }
    list.part = first_;
    list.last = last_ == nullptr ? &list.part : last_;
    // The last part is full: what is added later gets a part of its own.
    list.nalloc = list.last->nelts;
    return true;
  }

 private:
  ngx_pool_t* pool_;
  ngx_list_part_t first_{};
  ngx_list_part_t* last_ = nullptr;
};

bool append_unmarked(PartChain& chain, const ngx_list_part_t& part) noexcept {
  auto* headers = static_cast<ngx_table_elt_t*>(part.elts);
  ngx_uint_t start = 0;
  for (ngx_uint_t i = 0; i <= part.nelts; ++i) {
    if (i < part.nelts && headers[i].hash != kMarked) {
      continue;
    }
    if (i > start && !chain.append(headers + start, i - start)) {
      return false;
    }
    start = i + 1;
  }
  return true;
}

}  // namespace

bool is_spelling_of(const u_char* name, std::string_view normalised) noexcept {
  const std::size_t size = normalised.size();
  if (size >= sizeof(Characters) / 2 && size <= sizeof(Characters)) {
    return are_zero(normalise(ends_of(name, size)) ^ ends_of(normalised.data(), size));
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (normalise(name[i]) != normalised[i]) {
      return false;
    }
  }
  return true;
}

void mark_header(ngx_http_request_t* r, ngx_table_elt_t& header) noexcept {
  if (is_cookie(header)) {
    forget_cookie(r, header);
  } else {
    forget_known(r, header);
  }
  header.hash = kMarked;
}

bool take_out_marked_headers(ngx_http_request_t* r) noexcept {
  PartChain chain{r->pool};
  for (const ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr;
       part = part->next) {
    if (!append_unmarked(chain, *part)) {
      return false;
    }
  }
  return chain.replace(r->headers_in.headers);
}

}  // namespace zenzefi::gateway
