/**
 * Runs in the pages of `benchmarks.elements` before anything else: `window.bench` sees what a user sees, the same way in
 * both clients, and holds back what the server sends until the messages are to be drawn.
 */
(() => {
  const ours = {
    messages: () => document.querySelector("dca-thread")?.shadowRoot?.querySelectorAll("[data-message]") ?? [],
    field: () => document.querySelector("dca-thread")?.shadowRoot?.querySelector("dca-composer")?.shadowRoot
      ?.querySelector("textarea"),
  };
  const other = {
    messages: () => document.querySelectorAll("chat-thread .chat-message"),
    field: () => document.querySelector("chat-thread textarea"),
  };
  const side = () => (document.querySelector("chat-thread") ? other : ours);

  /** Whether the last message has that text. */
  const isLast = (text) => {
    const all = side().messages();
    return all.length > 0 && all[all.length - 1].textContent.includes(text);
  };

  /** Whether the last message has that text, and is in sight. */
  const isShown = (text) => {
    if (!isLast(text)) return false;
    const all = side().messages();
    const { top, bottom, height } = all[all.length - 1].getBoundingClientRect();
    return height > 0 && top >= 0 && bottom <= innerHeight;
  };

  const focused = () => {
    let element = document.activeElement;
    while (element?.shadowRoot) element = element.shadowRoot.activeElement;
    return element;
  };

  const task = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });
  const frame = () => new Promise(requestAnimationFrame);

  /** Resolves with the milliseconds from the navigation to a message in sight and a field that takes the focus. */
  const usable = async (text) => {
    for (;;) {
      await frame();
      const field = isShown(text) ? side().field() : null;
      field?.focus();
      if (field && focused() === field) return performance.now();
    }
  };

  // What comes over our socket.
  const held = [];
  let isHolding = false;
  let deliver = null;
  const onmessage = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  window.WebSocket = class extends WebSocket {
    set onmessage(handler) {
      deliver = handler;
      onmessage.set.call(this, handler && ((event) => (isHolding ? held.push(event.data) : handler(event))));
    }
  };

  /** The client of the other page, which keeps the state of its module. */
  let client = null;

  const hold = async () => {
    if (side() === ours) {
      isHolding = true;
      return;
    }
    ({ client } = await import(document.querySelector("script[src*=boot]").src));
    // Its loop ends in a request that never does; the page asks in its place, for one message at a time.
    client.syncOnce = () => new Promise(() => {});
    client.abort.abort();
    let { since } = client;
    const filter = JSON.stringify({ room: { timeline: { limit: client.limit } } });
    isHolding = true;
    const ask = async () => {
      while (isHolding) {
        const query = new URLSearchParams({ timeout: "30000", filter, since });
        const text = await (await fetch(`${client.baseUrl}/_matrix/client/v3/sync?${query}`)).text();
        held.push(text);
        since = JSON.parse(text).next_batch;
      }
    };
    void ask();
  };

  /** Whether a frame or a response has a new message: others name the last one, too. */
  const hasMessage = (text) => /"(text|body)": ?"Appended/.test(text) && !text.includes('"thread_updated"');
  const count = () => held.filter(hasMessage).length;

  /** Deliver what was held, each when the message before is in the document; resolves with the milliseconds. */
  const release = async (last) => {
    isHolding = false;
    await frame();
    let expected = side().messages().length;
    const begin = performance.now();
    for (const text of held) {
      if (client) client.applySync(JSON.parse(text));
      else deliver({ data: text });
      if (hasMessage(text)) expected += 1;
      do await task();
      while (side().messages().length < expected);
    }
    while (!isShown(last)) await frame();
    await frame();
    await task();
    return performance.now() - begin;
  };

  window.bench = { usable, hold, count, release, field: () => side().field() };
})();
