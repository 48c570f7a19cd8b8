// Put into every page served below the prefix: addresses that the page's own scripts make at run time
// point back through the prefix. What stands in the answers themselves nginx has changed already.
(() => {
  "use strict";
  const { prefix, origin } = document.currentScript.dataset;
  if (window.zenzefiRewrite) {
    return;
  }
  const targetHost = new URL(origin).host;
  const secure = { "http:": "https:", "ws:": "wss:", "https:": "https:", "wss:": "wss:" };

  const isBelowPrefix = (path) => path === prefix || path.startsWith(prefix + "/");

  // The page's address as the target knows it, to resolve relative addresses against.
  const targetBase = () => {
    const base = new URL(document.baseURI);
    if (isBelowPrefix(base.pathname)) {
      base.pathname = base.pathname.slice(prefix.length) || "/";
    }
    return base;
  };

  const parse = (text, base) => {
    try {
      return new URL(text, base);
    } catch {
      return null;
    }
  };

  // The address to use instead of `address`; the same text where nothing has to change.
  const rewrite = (address) => {
    if (address === null || address === undefined || address === "") {
      return address;
    }
    const text = String(address);
    const url = parse(text, targetBase());
    if (url === null || !(url.protocol in secure)) {
      return text;
    }
    if (url.host !== location.host && url.host !== targetHost) {
      return text;
    }
    if (isBelowPrefix(url.pathname) && url.host === location.host) {
      return text;
    }
    url.host = location.host;
    if (location.protocol === "https:") {
      url.protocol = secure[url.protocol];
    }
    url.pathname = prefix + url.pathname;
    const plain = parse(text, document.baseURI);
    if (plain !== null && plain.href === url.href) {
      return text;
    }
    const isAbsolute = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(text.trim());
    return isAbsolute ? url.href : url.pathname + url.search + url.hash;
  };
  window.zenzefiRewrite = rewrite;

  // ---- requests ---------------------------------------------------------------------------------

  // A class whose first argument is an address.
  const wrapClass = (name, change) => {
    const Original = window[name];
    if (typeof Original !== "function") {
      return;
    }
    window[name] = new Proxy(Original, {
      construct: (target, [first, ...rest], newTarget) =>
        Reflect.construct(target, [change(first), ...rest], newTarget),
    });
  };

  // A function with an address as argument number `position`.
  const wrapFunction = (owner, name, position) => {
    const original = owner && owner[name];
    if (typeof original !== "function") {
      return;
    }
    owner[name] = function (...args) {
      if (args.length > position) {
        args[position] = changeInput(args[position]);
      }
      return original.apply(this, args);
    };
  };

  const OriginalRequest = window.Request;
  const isRequest = (value) => OriginalRequest !== undefined && value instanceof OriginalRequest;
  // A Request object has been through here when it was made.
  const changeInput = (value) => (isRequest(value) ? value : rewrite(value));

  wrapClass("Request", changeInput);
  for (const name of ["WebSocket", "EventSource", "Worker", "SharedWorker"]) {
    wrapClass(name, rewrite);
  }
  wrapFunction(window, "fetch", 0);
  wrapFunction(window, "open", 0);
  wrapFunction(window.XMLHttpRequest && XMLHttpRequest.prototype, "open", 1);
  wrapFunction(window.Navigator && Navigator.prototype, "sendBeacon", 0);
  wrapFunction(window.History && History.prototype, "pushState", 2);
  wrapFunction(window.History && History.prototype, "replaceState", 2);

  // ---- elements ---------------------------------------------------------------------------------

  const attributes = {
    href: ["HTMLAnchorElement", "HTMLAreaElement", "HTMLLinkElement", "HTMLBaseElement"],
    src: [
      "HTMLImageElement", "HTMLScriptElement", "HTMLIFrameElement", "HTMLFrameElement",
      "HTMLSourceElement", "HTMLMediaElement", "HTMLTrackElement", "HTMLEmbedElement",
      "HTMLInputElement",
    ],
    action: ["HTMLFormElement"],
    formAction: ["HTMLButtonElement", "HTMLInputElement"],
    data: ["HTMLObjectElement"],
    poster: ["HTMLVideoElement"],
  };
  const names = new Set(Object.keys(attributes).map((name) => name.toLowerCase()));

  const wrapProperty = (className, property) => {
    const prototype = window[className] && window[className].prototype;
    const descriptor = prototype && Object.getOwnPropertyDescriptor(prototype, property);
    if (!descriptor || !descriptor.set) {
      return;
    }
    Object.defineProperty(prototype, property, {
      ...descriptor,
      set(value) {
        descriptor.set.call(this, rewrite(value));
      },
    });
  };
  for (const [property, classes] of Object.entries(attributes)) {
    classes.forEach((className) => wrapProperty(className, property));
  }

  if (!window.Element) {
    return;
  }
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    const isAddress = names.has(String(name).toLowerCase());
    return setAttribute.call(this, name, isAddress ? rewrite(value) : value);
  };

  // Markup a script puts in as text (innerHTML): changed as soon as it is part of the page.
  const correct = (element) => {
    for (const name of names) {
      const value = element.getAttribute(name);
      if (value !== null && value !== "" && rewrite(value) !== value) {
        setAttribute.call(element, name, rewrite(value));
      }
    }
  };
  const selector = [...names].map((name) => `[${name}]`).join(",");
  new MutationObserver((records) => {
    for (const node of records.flatMap((record) => [...record.addedNodes])) {
      if (node instanceof Element) {
        correct(node);
        node.querySelectorAll(selector).forEach(correct);
      }
    }
  }).observe(document, { childList: true, subtree: true });
})();
