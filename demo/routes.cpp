#include "demo/routes.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "demo/download.hpp"
#include "demo/event_stream.hpp"
#include "demo/pages.hpp"
#include "demo/query.hpp"

namespace zenzefi::demo {
namespace {

namespace http = boost::beast::http;
using Milliseconds = std::chrono::milliseconds;

struct Request {
  const RouteContext& context;
  std::string_view path;
  Query query;
  // Of this target as the client sees it.
  std::string origin;
};

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

Reply content(std::string type, std::string body) {
  Reply reply;
  reply.headers.emplace_back("Content-Type", std::move(type));
  reply.body = std::move(body);
  return reply;
}

Reply index(const Request& request) {
  return content("text/html; charset=utf-8", index_page(request.origin));
}

Reply style(const Request& request) {
  return content("text/css", style_sheet(request.origin));
}

Reply more_style(const Request&) {
  return content("text/css", "li { color: #333 }\n");
}

Reply script(const Request& request) {
  return content("application/javascript", application_script(request.origin));
}

Reply module_entry(const Request&) {
  return content("text/javascript", module_script());
}

Reply module_name(const Request&) {
  return content("text/javascript", "export const name = \"loaded\";\n");
}

Reply items(const Request& request) {
  return content("application/json", items_json(request.origin));
}

Reply logo(const Request&) {
  return content("image/svg+xml", std::string(logo_svg()));
}

// A page that a target compressed although nobody asked it to, as far as its header says.
Reply encoded(const Request&) {
  Reply reply = content("text/html", "\x1f\x8b\x08<a href=\"/static/items.json\">");
  reply.headers.emplace_back("Content-Encoding", "gzip");
  return reply;
}

// Bytes that look like links, as binary content.
Reply binary(const Request& request) {
  return content("application/octet-stream",
                 "\x01\x02<a href=\"/static/items.json\"> " + request.origin + "/x\n");
}

// `to` (default "/"), with `status` (default 302), in the field `via` (default Location).
Reply redirect(const Request& request) {
  Reply reply;
  const auto status = static_cast<unsigned>(request.query.number("status", 302));
  const std::string via = request.query.find("via").value_or("Location");
  std::string to = request.query.find("to").value_or("/");
  if (request.query.find("absolute")) {
    to.insert(0, request.origin);
  }
  reply.status = http::int_to_status(status);
  reply.headers.emplace_back(via, via == "Refresh" ? "0; url=" + to : to);
  return reply;
}

// Cookies with the paths and domains that a proxy has to change.
Reply cookies(const Request& request) {
  Reply reply = content("text/plain", "set\n");
  const std::string host = request.origin.substr(request.origin.find("//") + 2);
  const std::string domain = host.substr(0, host.find(':'));
  reply.headers.emplace_back("Set-Cookie", "root=1; Path=/");
  reply.headers.emplace_back("Set-Cookie", "below=2; Path=/static; HttpOnly");
  reply.headers.emplace_back("Set-Cookie", "bare=3");
  reply.headers.emplace_back("Set-Cookie", "domain=4; Path=/; Domain=" + domain);
  return reply;
}

Reply headers(const Request& request) {
  return content("application/json", describe_request(request.context.request));
}

// `size` bytes (default 1 MiB), with their length unless `chunked` is there.
Reply download(const Request& request) {
  const std::uint64_t size = request.query.number("size", 1 << 20);
  Reply reply;
  reply.headers.emplace_back("Content-Type", "application/octet-stream");
  reply.stream = std::make_unique<Download>(request.context.executor, size);
  if (!request.query.find("chunked")) {
    reply.stream_length = size;
  }
  return reply;
}

Reply echo(const Request& request) {
  const RequestHeader& header = request.context.request;
  Reply reply;
  const std::string_view type = view(header[http::field::content_type]);
  reply.headers.emplace_back("Content-Type", type.empty() ? "application/octet-stream" : type);
  reply.headers.emplace_back("X-Method", view(header.method_string()));
  reply.stream = request.context.request_body();
  return reply;
}

// `count` events (default 10), `interval_ms` apart (default 1000).
Reply events(const Request& request) {
  Reply reply;
  reply.headers.emplace_back("Content-Type", "text/event-stream");
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.stream =
      std::make_unique<EventStream>(request.context.executor, request.query.number("count", 10),
                                    Milliseconds(request.query.number("interval_ms", 1000)));
  return reply;
}

// Answers after `ms` (default 1000).
Reply slow(const Request& request) {
  Reply reply = content("text/plain", "at last\n");
  reply.delay = Milliseconds(request.query.number("ms", 1000));
  return reply;
}

// The status in `code` (default 200) with a body of its own.
Reply answer(const Request& request) {
  Reply reply = content("text/plain", "the target's own answer\n");
  reply.status = http::int_to_status(static_cast<unsigned>(request.query.number("code", 200)));
  return reply;
}

using Handler = Reply (*)(const Request&);

const std::map<std::string_view, Handler>& table() {
  static const std::map<std::string_view, Handler> routes = {
      {"/", index},
      {"/answer", answer},
      {"/binary", binary},
      {"/cookies", cookies},
      {"/download", download},
      {"/echo", echo},
      {"/encoded", encoded},
      {"/events", events},
      {"/headers", headers},
      {"/redirect", redirect},
      {"/slow", slow},
      {"/static/app.js", script},
      {"/static/items.json", items},
      {"/static/logo.svg", logo},
      {"/static/module.js", module_entry},
      {"/static/more.css", more_style},
      {"/static/name.js", module_name},
      {"/static/style.css", style},

  };
  return routes;
}

Reply not_found() {
  Reply reply = content("text/plain", "no such page of the demonstration target\n");
  reply.status = http::status::not_found;
  return reply;
}

}  // namespace

Reply route(const RouteContext& context) {
  const std::string_view target = view(context.request.target());
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  const auto found = table().find(path);
  if (found == table().end()) {
    return not_found();
  }
  const Query query(question == std::string_view::npos ? "" : target.substr(question + 1));
  const std::string origin = "http://" + std::string(view(context.request[http::field::host]));
  return found->second(Request{context, path, query, origin});
}

std::string describe_request(const RequestHeader& request) {
  std::map<std::string, std::vector<std::string>> fields;
  for (const auto& field : request) {
    fields[std::string(view(field.name_string()))].emplace_back(view(field.value()));
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto write_text = [&writer](std::string_view text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  };
  writer.StartObject();
  writer.Key("method");
  write_text(view(request.method_string()));
  writer.Key("target");
  write_text(view(request.target()));
  writer.Key("headers");
  writer.StartObject();
  for (const auto& [name, values] : fields) {
    writer.Key(name.c_str());
    writer.StartArray();
    for (const std::string& value : values) {
      write_text(value);
    }
    writer.EndArray();
  }
  writer.EndObject();
  writer.EndObject();
  return buffer.GetString() + std::string("\n");
}

}  // namespace zenzefi::demo
