// conf/nginx/rewrite.js on a page made of stubs: which address each call ends up with.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const vm = require("node:vm");

const script = fs.readFileSync(path.join(__dirname, "../../../conf/nginx/rewrite.js"), "utf8");
const page = "http://gateway.example:8080/api/v1/proxy/dir/page.html";

class Element {
  constructor(attributes = {}) {
    this.attributes = { ...attributes };
    this.children = [];
  }
  setAttribute(name, value) {
    this.attributes[name.toLowerCase()] = String(value);
  }
  getAttribute(name) {
    return name in this.attributes ? this.attributes[name] : null;
  }
  querySelectorAll() {
    return this.children;
  }
}

function elementClass(...properties) {
  const made = class extends Element {};
  for (const property of properties) {
    Object.defineProperty(made.prototype, property, {
      configurable: true,
      get() {
        return this.attributes[property.toLowerCase()];
      },
      set(value) {
        this.attributes[property.toLowerCase()] = String(value);
      },
    });
  }
  return made;
}

// A window with the script run in it; `seen` is what reached the browser's own functions.
function open(address = page, origin = "http://target.example:9000") {
  const seen = [];
  const record = (name, position = 0) =>
    function (...args) {
      seen.push([name, args[position]]);
      return { name, args };
    };
  const recordClass = (name) =>
    class {
      constructor(first) {
        this.url = first;
        seen.push([name, first]);
      }
    };
  const window = {
    URL,
    Element,
    HTMLAnchorElement: elementClass("href"),
    HTMLImageElement: elementClass("src"),
    HTMLFormElement: elementClass("action"),
    HTMLInputElement: elementClass("src", "formAction"),
    fetch: record("fetch"),
    open: record("open"),
    Request: recordClass("Request"),
    WebSocket: recordClass("WebSocket"),
    EventSource: recordClass("EventSource"),
    Worker: recordClass("Worker"),
    XMLHttpRequest: class {},
    Navigator: class {},
    History: class {},
    location: new URL(address),
    MutationObserver: class {
      constructor(callback) {
        window.mutate = (...nodes) => callback([{ addedNodes: nodes }]);
      }
      observe() {}
    },
  };
  window.XMLHttpRequest.prototype.open = record("xhr", 1);
  window.Navigator.prototype.sendBeacon = record("beacon");
  window.History.prototype.pushState = record("pushState", 2);
  window.History.prototype.replaceState = record("replaceState", 2);
  window.Element = class extends Element {};
  for (const name of ["HTMLAnchorElement", "HTMLImageElement", "HTMLFormElement", "HTMLInputElement"]) {
    Object.setPrototypeOf(window[name].prototype, window.Element.prototype);
  }
  window.document = {
    baseURI: address,
    currentScript: { dataset: { prefix: "/api/v1/proxy", origin } },
  };
  window.window = window;
  vm.runInContext(script, vm.createContext(window));
  return { window, seen, last: () => seen[seen.length - 1][1] };
}

const cases = [
  ["/items", "/api/v1/proxy/items"],
  ["/items?a=/b#c", "/api/v1/proxy/items?a=/b#c"],
  ["/", "/api/v1/proxy/"],
  ["/api/v1/proxy/items", "/api/v1/proxy/items"],
  ["/api/v1/proxyx", "/api/v1/proxy/api/v1/proxyx"],
  ["items", "items"],
  ["../items", "../items"],
  // Above the target's root there is nothing: it is the root again.
  ["../../../items", "/api/v1/proxy/items"],
  ["?a=b", "?a=b"],
  ["#part", "#part"],
  ["", ""],
  ["http://gateway.example:8080/items", "http://gateway.example:8080/api/v1/proxy/items"],
  ["http://target.example:9000/items", "http://gateway.example:8080/api/v1/proxy/items"],
  ["//target.example:9000/items", "http://gateway.example:8080/api/v1/proxy/items"],
  ["ws://gateway.example:8080/ws", "ws://gateway.example:8080/api/v1/proxy/ws"],
  ["ws://target.example:9000/ws", "ws://gateway.example:8080/api/v1/proxy/ws"],
  ["https://elsewhere.example/items", "https://elsewhere.example/items"],
  ["//elsewhere.example/items", "//elsewhere.example/items"],
  ["data:text/plain,/items", "data:text/plain,/items"],
  ["blob:http://gateway.example:8080/1-2", "blob:http://gateway.example:8080/1-2"],
  ["javascript:void(0)", "javascript:void(0)"],
  ["mailto:a@b.example", "mailto:a@b.example"],
  ["http://[", "http://["],
];

for (const [address, expected] of cases) {
  test(`${address || "nothing"} becomes ${expected || "nothing"}`, () => {
    const { window, last } = open();
    window.fetch(address);
    assert.strictEqual(last(), expected);
  });
}

test("every call that takes an address", () => {
  const { window, seen } = open();
  window.fetch("/a", { method: "POST" });
  window.open("/a");
  new window.Request("/a");
  new window.WebSocket("ws://gateway.example:8080/a");
  new window.EventSource("/a");
  new window.Worker("/a");
  new window.XMLHttpRequest().open("GET", "/a");
  new window.Navigator().sendBeacon("/a");
  new window.History().pushState({}, "", "/a");
  new window.History().replaceState({}, "", "/a");
  assert.strictEqual(seen.length, 10);
  for (const [name, address] of seen) {
    assert.ok(address.endsWith("/api/v1/proxy/a"), `${name} got ${address}`);
  }
});

test("URL objects are addresses too, and Request objects have been through before", () => {
  const { window, last } = open();
  window.fetch(new URL("http://target.example:9000/a"));
  assert.strictEqual(last(), "http://gateway.example:8080/api/v1/proxy/a");
  const request = new window.Request("/a");
  window.fetch(request);
  assert.strictEqual(last(), request);
  assert.strictEqual(request.url, "/api/v1/proxy/a");
});

test("calls without an address stay so", () => {
  const { window, seen } = open();
  window.open();
  new window.History().pushState({}, "");
  new window.History().pushState({}, "", null);
  assert.deepStrictEqual(seen.map(([, address]) => address), [undefined, undefined, null]);
});

test("classes stay themselves", () => {
  const { window } = open();
  assert.ok(new window.WebSocket("/a") instanceof window.WebSocket);
  class Mine extends window.EventSource {}
  assert.ok(new Mine("/a") instanceof Mine);
});

test("behind https everything stays encrypted", () => {
  const { window, last } = open("https://gateway.example/api/v1/proxy/", "http://target.example");
  new window.WebSocket("ws://target.example/ws");
  assert.strictEqual(last(), "wss://gateway.example/api/v1/proxy/ws");
  window.fetch("http://target.example/a");
  assert.strictEqual(last(), "https://gateway.example/api/v1/proxy/a");
});

test("properties and attributes of elements", () => {
  const { window } = open();
  const image = new window.HTMLImageElement();
  image.src = "/logo.svg";
  assert.strictEqual(image.src, "/api/v1/proxy/logo.svg");
  const form = new window.HTMLFormElement();
  form.setAttribute("Action", "/send");
  assert.strictEqual(form.action, "/api/v1/proxy/send");
  form.setAttribute("title", "/send");
  assert.strictEqual(form.getAttribute("title"), "/send");
  const button = new window.HTMLInputElement();
  button.formAction = "/other";
  assert.strictEqual(button.formAction, "/api/v1/proxy/other");
});

test("markup put in as text", () => {
  const { window } = open();
  const outer = new window.HTMLAnchorElement({ href: "/a" });
  const inner = new window.HTMLImageElement({ src: "/b", alt: "/c" });
  outer.children.push(inner);
  window.mutate({ textContent: "no element" }, outer);
  assert.strictEqual(outer.getAttribute("href"), "/api/v1/proxy/a");
  assert.deepStrictEqual(inner.attributes, { src: "/api/v1/proxy/b", alt: "/c" });
});

test("a second copy in a page does nothing", () => {
  const { window, last } = open();
  vm.runInContext(script, window);
  window.fetch("/a");
  assert.strictEqual(last(), "/api/v1/proxy/a");
});
