#include "capture.hpp"

#include <array>

#include "config.hpp"
#include "context.hpp"
#include "limit_access.hpp"
#include "lookup/lookups.hpp"
#include "request_headers.hpp"
#include "scrub.hpp"
#include "streams/streams.hpp"
#include "text/cookies.hpp"
#include "text/query.hpp"
#include "worker.hpp"

namespace zenzefi::gateway {
namespace {

// For each source the value that stands in a header; empty for none.
using HeaderValues = std::array<std::string_view, kMaxSources>;

void take_first(std::string_view& value, std::string_view found) noexcept {
  if (value.empty()) {
    value = found;
  }
}

HeaderValues read_headers(ngx_http_request_t* r, const LocationConf& conf) noexcept {
  HeaderValues values;
  for_each_header(r, [&](const ngx_table_elt_t& header) {
    if (!conf.may_matter(header.key.len)) {
      return;
    }
    const bool is_cookie = has_name(header, "cookie");
    const auto sources = conf.source_list();
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const Source& source = sources[i];
      if (source.kind == SourceKind::kCookie && is_cookie) {
        take_first(values[i], find_cookie(view(header.value), view(source.name)));
      } else if (source.kind == SourceKind::kHeader && has_name(header, view(source.name))) {
        take_first(values[i], view(header.value));
      }
    }
  });
  return values;
}

// False when nginx cannot say.
bool read_source(ngx_http_request_t* r, const Source& source, std::string_view in_headers,
                 std::string_view& value) noexcept {
  switch (source.kind) {
    case SourceKind::kHeader:
    case SourceKind::kCookie:
      value = in_headers;
      return true;
    case SourceKind::kArgument:
      value = find_argument(view(r->args), view(source.name));
      return true;
    case SourceKind::kComplex:
      break;
  }
  ngx_str_t text;
  if (ngx_http_complex_value(r, source.value, &text) != NGX_OK) {
    return false;
  }
  value = view(text);
  return true;
}

bool note_token(const LocationConf& conf, std::string_view token, Context& context) noexcept {
  if (!is_plausible_token(token)) {
    context.decision.verdict = Verdict::kMalformed;
    return true;
  }
  const auto hash = hash_token(token);
  if (!hash) {
    return false;
  }
  context.hash = *hash;
  if (Worker* worker = Worker::current()) {
    worker->lookups().expect(*hash);
    worker->limits().expect(conf, *hash);
    worker->streams().expect(*hash);
  }
  context.progress = Progress::kToken;
  return true;
}

// False when there is no memory.
bool find_token(ngx_http_request_t* r, const LocationConf& conf, Context& context) noexcept {
  context.decision.verdict = Verdict::kMissing;
  const HeaderValues in_headers = read_headers(r, conf);
  const auto sources = conf.source_list();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::string_view token;
    if (!read_source(r, sources[i], in_headers[i], token)) {
      return false;
    }
    if (!token.empty()) {
      context.source_used = static_cast<std::uint8_t>(i + 1);
      return note_token(conf, token, context);
    }
  }
  return true;
}

bool capture_main(ngx_http_request_t* r, const LocationConf& conf) noexcept {
  Context* context = find_or_create_context(r);
  if (context == nullptr) {
    return false;
  }
  // After an internal redirect the token found before still counts; it is no longer in the request.
  return context->source_used != 0 || find_token(r, conf, *context);
}

}  // namespace

ngx_int_t capture(ngx_http_request_t* r) noexcept {
  const LocationConf& conf = location_conf(r);
  if (conf.mode == kOff) {
    return NGX_DECLINED;
  }
  // A sub-request is decided with its main request.
  const bool captured = r != r->main || capture_main(r, conf);
  if (!captured || (conf.credentials == kScrub && !scrub(r, conf))) {
    return NGX_HTTP_SERVICE_UNAVAILABLE;
  }
  // Anything else would keep the other handlers of this phase, limit_req's among them, from
  // running.
  return NGX_DECLINED;
}

}  // namespace zenzefi::gateway
