/** How a client is made: what the page says, and what the host's code says. */

import type { AccountId, Auth } from "./credentials.js";

export interface ClientOptions {
  /** The URL of the REST API; default: that of the page's `{% chat_api_client %}`. */
  readonly api?: string;
  /** The URL of the socket; default: as for `api`. */
  readonly socket?: string;
  /** The user and their credentials; default: the session of the page. */
  readonly auth?: Auth;
  /** Where queued messages and drafts are kept: `indexeddb` (default), or `none` to keep them in the page only. */
  readonly storage?: "indexeddb" | "none";
  /** Default: the browser's. */
  readonly fetch?: typeof globalThis.fetch;
  /** Makes sockets, where there is no `WebSocket` or it needs more than a URL. */
  readonly createSocket?: (url: string) => WebSocket;
}

/** What `{% chat_api_client %}` writes into the page. */
export interface PageConfiguration {
  readonly api: string;
  readonly socket: string;
  readonly user: AccountId | null;
  readonly csrf: { readonly header: string; readonly token: string };
  readonly module: string;
  readonly version: string;
  readonly language: string;
  readonly strings: Readonly<Record<string, string>>;
  /** The longest text, in characters. */
  readonly text_max: number;
  readonly attachments_max: number;
  readonly json_bytes_max: number;
  readonly message_bytes_max: number;
  readonly request_bytes_max: number;
  readonly frame_bytes_max: number;
  readonly file_bytes_max: number;
  readonly image_pixels_max: number;
  /** The MIME types of images that the server accepts. */
  readonly image_types: readonly string[];
  /** By type of attachment of the host, the MIME types of its files. */
  readonly file_types: Readonly<Record<string, readonly string[]>>;
}

const ELEMENT = "chat-api-client";

/** Return what the template tag wrote into the page; null if it is not there. */
export function pageConfiguration(): PageConfiguration | null {
  if (typeof document === "undefined") return null;
  const text = document.getElementById(ELEMENT)?.textContent;
  return text ? (JSON.parse(text) as PageConfiguration) : null;
}

export interface ResolvedOptions {
  readonly api: string;
  readonly socket: string;
  readonly auth: Auth;
  readonly storage: "indexeddb" | "none";
  readonly fetch: typeof globalThis.fetch;
  readonly createSocket: (url: string) => WebSocket;
}

/** Fill in what the options leave out. Raises an error if nothing says where the API is, or who is signed in. */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const page = pageConfiguration();
  const api = options.api ?? page?.api;
  if (!api) throw new Error("createClient needs `api`: the page has no {% chat_api_client %}");
  // The page's CSRF token is for the page's own API, and for no other server.
  const isPages = options.api === undefined || options.api === page?.api;
  const auth = options.auth ?? (page && isPages ? pageAuth(page) : null);
  if (!auth) throw new Error("createClient needs `auth`: nobody is signed in on this page");
  const base = globalThis.location?.href;
  const url = new URL(api.endsWith("/") ? api : `${api}/`, base);
  const socket = new URL(options.socket ?? page?.socket ?? "/ws/chat", base ?? url.href);
  socket.protocol = socket.protocol.replace("http", "ws");
  return {
    api: url.href,
    socket: socket.href,
    auth,
    storage: options.storage ?? "indexeddb",
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    createSocket: options.createSocket ?? ((address) => new WebSocket(address)),
  };
}

function pageAuth({ user, csrf }: PageConfiguration): Auth | null {
  return user === null ? null : { account: user, csrf: csrf.token, csrfHeader: csrf.header };
}
