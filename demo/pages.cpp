#include "demo/pages.hpp"

namespace zenzefi::demo {
namespace {

// Every "{origin}" in the text becomes the origin.
std::string with_origin(std::string_view text, std::string_view origin) {
  constexpr std::string_view kPlaceholder = "{origin}";
  std::string page;
  for (;;) {
    const std::size_t found = text.find(kPlaceholder);
    page += text.substr(0, found);
    if (found == std::string_view::npos) {
      return page;
    }
    page += origin;
    text.remove_prefix(found + kPlaceholder.size());
  }
}

constexpr std::string_view kIndexPage = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Demonstration target</title>
<link rel="stylesheet" href="/static/style.css">
<link rel="icon" href='/static/logo.svg'>
<style>h1 { background: url(/static/logo.svg) no-repeat right }</style>
<script src="/static/app.js" defer></script>
<script type="module" src="static/module.js"></script>
</head>
<body>
<h1>Demonstration target</h1>
<nav>
<a id="root-relative" href="/static/items.json">root-relative</a>
<a id="absolute" href="{origin}/static/items.json">absolute</a>
<a id="origin" href="{origin}">the origin alone</a>
<a id="protocol-relative" href="//elsewhere.example/page">another host</a>
<a id="elsewhere" href="https://elsewhere.example/page">another origin</a>
<a id="relative" href="static/items.json">relative</a>
<a id="home" href="/">home</a>
<a id="unquoted" href=/static/items.json>unquoted</a>
</nav>
<img src="/static/logo.svg" srcset="/static/logo.svg 1x" alt="logo">
<form action="/echo" method="post"><input name="text" value="a/b"><button>send</button></form>
<p>Text such as "/not/a/link" stays as it is.</p>
<ul id="results"></ul>
</body>
</html>
)";

constexpr std::string_view kStyleSheet = R"(@import "/static/more.css";
body { font-family: sans-serif; background: url("/static/logo.svg") }
h1 { background-image: url('{origin}/static/logo.svg') }
h2 { background-image: url(logo.svg) }
h3 { background-image: url(/static/logo.svg) }
h4 { background-image: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=) }
)";

// Each result is shown as "<name>: <value>", so that a browser test can read them off the page.
constexpr std::string_view kApplicationScript = R"(const absolute = "{origin}/static/items.json";
const escaped = "{origin_escaped}\/static\/items.json";
const separator = "a/b".split("/")[1];

function show(name, value) {
  const item = document.createElement("li");
  item.id = "result-" + name;
  item.textContent = name + ": " + value;
  document.getElementById("results").append(item);
}

async function main() {
  show("separator", separator);
  show("fetch", (await (await fetch("/static/items.json")).json()).items.length);
  show("absolute", (await fetch(absolute)).status);

  const request = new XMLHttpRequest();
  request.onload = () => show("xhr", request.status);
  request.open("GET", "/static/" + "items.json");
  request.send();

  const path = "/events?count=2&interval_ms=10";
  const events = new EventSource(path);
  events.addEventListener("tick", (event) => {
    show("event-" + event.lastEventId, event.data);
    if (event.lastEventId === "2") events.close();
  });

  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  const socket = new WebSocket(scheme + location.host + "/ws");
  socket.onopen = () => socket.send("hello");
  socket.onmessage = (event) => { show("websocket", event.data); socket.close(); };

  const image = document.createElement("img");
  image.onload = () => show("image", "loaded");
  image.src = "/static/" + "logo.svg";
  document.body.append(image);
}

main();
)";

constexpr std::string_view kModuleScript = R"(import { name } from "/static/name.js";
document.documentElement.dataset.module = name;
)";

constexpr std::string_view kItemsJson = R"({"self": "/static/items.json",
 "next":"/static/items.json?page=2", "root": "/",
 "absolute": "{origin}/static/items.json", "escaped": "{origin_escaped}\/static\/items.json",
 "elsewhere": "https://elsewhere.example/", "protocol_relative": "//elsewhere.example/",
 "text": "either/or", "date": "2025/10/15",
 "items": [{"href": "/items/1"}, {"href": "/items/2"}], "links": ["/a", "/b"]}
)";

constexpr std::string_view kLogoSvg =
    R"(<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="7"/></svg>
)";

std::string escape_slashes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '/' ? "\\/" : std::string(1, c);
  }
  return escaped;
}

std::string with_both_origins(std::string_view text, std::string_view origin) {
  constexpr std::string_view kPlaceholder = "{origin_escaped}";
  const std::size_t found = text.find(kPlaceholder);
  return with_origin(text.substr(0, found), origin) + escape_slashes(origin) +
         with_origin(text.substr(found + kPlaceholder.size()), origin);
}

}  // namespace

std::string index_page(std::string_view origin) {
  return with_origin(kIndexPage, origin);
}

std::string style_sheet(std::string_view origin) {
  return with_origin(kStyleSheet, origin);
}

std::string application_script(std::string_view origin) {
  return with_both_origins(kApplicationScript, origin);
}

std::string module_script() {
  return std::string(kModuleScript);
}

std::string items_json(std::string_view origin) {
  return with_both_origins(kItemsJson, origin);
}

std::string_view logo_svg() noexcept {
  return kLogoSvg;
}

}  // namespace zenzefi::demo
