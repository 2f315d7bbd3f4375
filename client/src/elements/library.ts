/**
 * The module `client.js`, which elements load when they are used. Its URL comes from the page, because static files can
 * have names with a hash; without `{% chat_api_client %}` it is the file beside this one. Two copies would share their
 * clients, but be loaded twice.
 */

import type * as Library from "../index.js";

let library: typeof Library | undefined;
let libraryLoading: Promise<typeof Library> | undefined;

/** What `{% chat_api_client %}` writes for elements, besides `PageConfiguration`. */
export interface ElementsPage extends Library.PageConfiguration {
  /** By language, the URL of the texts of the elements. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The URL of `elements.css`. */
  readonly styles?: string;
  /** The URL of the service worker for notifications; null where `chat_api.client_urls` is not in the URLconf. */
  readonly worker?: string | null;
  /** The key of the server for push subscriptions; null where Web Push is not configured. */
  readonly vapid?: string | null;
  /** In front of the id of a thread, the URL of its page to print; null as for `worker`. */
  readonly print?: string | null;
}

let foundPage: ElementsPage | null | undefined;

/** Return what the template tag wrote into the page; null if it is not there. */
export function pageData(): ElementsPage | null {
  if (foundPage) return foundPage;
  const text = document.getElementById("chat-api-client")?.textContent;
  foundPage = text ? (JSON.parse(text) as ElementsPage) : null;
  return foundPage;
}

/** Load the module, once. */
export function loadLibrary(): Promise<typeof Library> {
  libraryLoading ??= import(
    /* @vite-ignore */ pageData()?.module ?? new URL("./client.js", import.meta.url).href
  ).then(
    (loaded: typeof Library) => (library = loaded),
    (error: unknown) => {
      libraryLoading = undefined;
      throw error;
    },
  );
  return libraryLoading;
}

/** Return the module. It is loaded before an element draws anything. */
export function lib(): typeof Library {
  if (!library) throw new Error("client.js is not loaded yet");
  return library;
}
