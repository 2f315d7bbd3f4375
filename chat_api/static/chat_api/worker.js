/* The service worker of the hosted page: it shows push messages, and opens the conversation that one is about.
   It neither caches nor answers requests of pages. Its scope is the folder of its URL. */

"use strict";

/** Shown where a push has no text of its own: browsers require a notification for every push. */
const NEUTRAL = {
  ar: "رسالة جديدة",
  en: "New message",
  es: "Mensaje nuevo",
  fr: "Nouveau message",
  pl: "Nowa wiadomość",
};
const LONGEST = 500;

self.addEventListener("install", () => {
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  // Only a page under control can be led to another conversation.
  event.waitUntil(self.clients.claim());
});

self.addEventListener("push", (event) => {
  const { title, body, thread } = shown(event.data);
  const options = { body, data: { thread } };
  if (thread !== null) Object.assign(options, { tag: `thread-${thread}`, renotify: true });
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { thread = null } = event.notification.data ?? {};
  event.waitUntil(open(thread));
});

/** Return what a push says; neutral texts for anything but the JSON of the server. */
function shown(data) {
  const said = read(data);
  const title = text(said.title) || neutral();
  return { title, body: text(said.body), thread: Number.isSafeInteger(said.thread) ? said.thread : null };
}

function read(data) {
  try {
    const said = data?.json();
    return typeof said === "object" && said !== null ? said : {};
  } catch {
    return {};
  }
}

function text(value) {
  return typeof value === "string" ? value.slice(0, LONGEST) : "";
}

function neutral() {
  const [language] = (self.navigator.language || "en").toLowerCase().split("-");
  return NEUTRAL[language] ?? NEUTRAL.en;
}

/** Show the conversation in a page that is open, else in a new one. */
async function open(thread) {
  const url = thread === null ? self.registration.scope : `${self.registration.scope}#/thread/${thread}`;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((each) => isHosted(each.url));
  if (page === undefined) {
    await self.clients.openWindow(url);
    return;
  }
  const focused = (await page.focus()) ?? page;
  if (thread === null) return;
  try {
    await focused.navigate(url);
  } catch {
    // Pages of another worker cannot be led; they may listen.
    focused.postMessage({ type: "chat-api-thread", thread });
  }
}

/** Return whether it is the page of the scope itself, and not one below it. */
function isHosted(url) {
  const here = new URL(url);
  return `${here.origin}${here.pathname}` === self.registration.scope;
}
