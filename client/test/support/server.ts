/** A server that the tests script: REST by routes, the socket frame by frame. */

export interface Received {
  readonly method: string;
  /** Below the API, without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
  readonly credentials: string | undefined;
  readonly signal: AbortSignal | undefined;
}

type Content = object | string | number | null;
type Answer = Response | Content;
type Handler = (request: Received) => Answer | Promise<Answer>;

export const API = "https://chat.example/api/";

/** Return a response with JSON. */
export function json(status: number, body: Content, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

/** How `fetch` fails without a network. */
export function unreachable(): never {
  throw new TypeError("Failed to fetch");
}

export class FakeServer {
  readonly received: Received[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly #routes = new Map<string, Handler>();

  constructor() {
    this.on("GET accounts/1/unread", () => ({ threads: 0, messages: 0, types: {} }));
  }

  /** Answer `GET threads/7` so from now on. Objects are JSON with status 200. */
  on(route: string, handler: Handler): this {
    this.#routes.set(route, handler);
    return this;
  }

  /** The requests of a route, in order. */
  of(route: string): Received[] {
    return this.received.filter(({ method, path }) => `${method} ${path}` === route);
  }

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const request: Received = {
      method: init.method ?? "GET",
      path: url.href.startsWith(API) ? url.pathname.slice(new URL(API).pathname.length) : url.href,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: typeof init.body === "string" ? JSON.parse(init.body) : init.body,
      credentials: init.credentials,
      signal: init.signal ?? undefined,
    };
    const { signal } = request;
    signal?.throwIfAborted();
    this.received.push(request);
    const handler = this.#routes.get(`${request.method} ${request.path}`);
    if (!handler) return json(404, { detail: `No route ${request.method} ${request.path}` });
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
    const answer = await Promise.race([handler(request), aborted]);
    return answer instanceof Response ? answer : json(200, answer);
  };

  readonly createSocket = (url: string): WebSocket => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("The client has no socket");
    return socket;
  }
}

interface Command {
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Command[] = [];
  isClosed = false;

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Command);
  }

  close(): void {
    this.readyState = 3;
    this.isClosed = true;
  }

  /** Open, and send the first heartbeat with the numbers of the last events by thread. */
  connect(heads: Readonly<Record<number, number>> = {}): this {
    this.readyState = 1;
    this.onopen?.();
    return this.heartbeat(heads);
  }

  heartbeat(threads: Readonly<Record<number, number>>): this {
    return this.frame({ message: "heartbeat", data: { threads } });
  }

  frame(frame: object): this {
    this.onmessage?.({ data: JSON.stringify(frame) });
    return this;
  }

  event(thread: number, seq: number, message: string, data: object): this {
    return this.frame({ message, data, event: { thread, seq, time: "2026-01-05T12:00:00Z" } });
  }

  /** The server closes it. */
  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  commands(message: string): Command["data"][] {
    return this.sent.filter((command) => command.message === message).map(({ data }) => data);
  }
}
