/** REST requests with the user's credentials. */

import type { Auth, Credentials } from "./credentials.js";
import { ApiError } from "./errors.js";
import { sendForm } from "./upload.js";

/** What happened to the sign-in: nobody is signed in, or somebody else is. */
export type AuthProblem = "signed-out" | "other-account";

export interface RequestOptions {
  query?: Readonly<
    Record<string, string | number | boolean | readonly (string | number)[] | null | undefined>
  >;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as multipart/form-data, with progress. */
  form?: FormData;
  signal?: AbortSignal;
  /** Called with the sent part of the form, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Called with the number of the event of a thread up to which the response has everything. */
  onHead?: ((seq: number) => void) | undefined;
}

const NOT_SIGNED_IN = new Set(["NOT_AUTHENTICATED", "CSRF_FAILED"]);

interface Attempt extends RequestOptions {
  /** A file takes as long as it takes. */
  isDownload?: boolean;
}

/** After so many milliseconds, a request counts as lost: a connection can die without anybody noticing. */
const LASTS_AT_MOST = 60_000;

export class Requests {
  /** Aborted when the credentials are rejected, until `resume`. */
  #stop = new AbortController();

  constructor(
    private readonly api: string,
    private readonly credentials: Credentials,
    private readonly fetch: typeof globalThis.fetch,
    private readonly onAuthProblem: (problem: AuthProblem) => void,
  ) {}

  /** Send requests again, after the credentials were rejected: with others, or because the same ones work again. */
  resume(auth?: Auth): void {
    if (auth) this.credentials.replace(auth);
    else this.credentials.retry();
    this.#stop = new AbortController();
  }

  /** Return the URL of a path of the API. Raises an error for other origins: the credentials are not for them. */
  url(path: string, query: RequestOptions["query"] = {}): string {
    const url = new URL(path, this.api);
    if (url.origin !== new URL(this.api).origin)
      throw new Error(`${url.origin} is another origin than the API`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /**
   * Carry out a request and return the response's JSON; null if it has none. Rejected credentials are fetched again
   * once. Rejects with `ApiError`, or with the signal's reason. A page of a proxy, or one to sign in on, is an error.
   * After rejected credentials nothing is sent until `resume`: a late response to a request of the last session can
   * delete the cookie of the next one.
   */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.response(method, path, options);
    const text = await textOf(response, options.signal);
    const head = response.headers.get("Chat-Event-Head");
    if (head) options.onHead?.(Number(head));
    const type = response.headers.get("Content-Type") ?? "";
    if (text && type.includes("html")) throw new ApiError(0, null);
    if (!text || !type.includes("json")) return null as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new ApiError(0, null);
    }
  }

  /** Return the file at a URL that needs the credentials. Rejects like `request`. */
  async blob(url: string, signal?: AbortSignal): Promise<Blob> {
    const response = await this.response("GET", url, { isDownload: true, ...(signal ? { signal } : {}) });
    return bodyOf(() => response.blob(), signal);
  }

  private async response(method: string, path: string, options: Attempt): Promise<Response> {
    const used = this.credentials.version;
    const first = await this.attempt(method, path, options);
    if (first.ok) return first;
    const error = await errorOf(first, options.signal);
    if (!isAuthError(error)) throw error;
    // After `resume`, a refusal of what was sent before says nothing about who is signed in now.
    const isStale = used !== this.credentials.version;
    if (isStale || (!isOther(error) && (await this.credentials.renew(used)))) {
      const renewed = this.credentials.version;
      const second = await this.attempt(method, path, options);
      if (second.ok) return second;
      const again = await errorOf(second, options.signal);
      throw isAuthError(again) ? this.rejected(again, renewed) : again;
    }
    throw this.rejected(error, used);
  }

  private rejected(error: ApiError, version: number): ApiError {
    // Others are in use meanwhile: it can be sent again.
    if (version !== this.credentials.version) return new ApiError(0, null);
    if (!isOther(error)) this.credentials.giveUp();
    this.#stop.abort(error);
    this.onAuthProblem(problemOf(error));
    return error;
  }

  private async headers(method: string): Promise<Record<string, string>> {
    try {
      return { Accept: "application/json", ...(await this.credentials.headers(method)) };
    } catch {
      // The host cannot fetch the secret: nothing was sent.
      throw new ApiError(0, null);
    }
  }

  private async attempt(method: string, path: string, options: Attempt): Promise<Response> {
    const { body, form, onProgress, isDownload } = options;
    const stopped = this.#stop.signal;
    const signal = options.signal ? AbortSignal.any([stopped, options.signal]) : stopped;
    signal.throwIfAborted();
    // Another account may have signed in since, in another tab: the server then refuses.
    const url = this.url(path, { ...options.query, account: this.credentials.account });
    const headers = await this.headers(method);
    const credentials = this.credentials.mode;
    if (form)
      return sendForm({
        method,
        url,
        headers,
        form,
        credentials,
        signal,
        onProgress,
        fetch: this.fetch,
      });
    const isJson = body !== undefined;
    try {
      return await this.fetch(url, {
        method,
        headers: isJson ? { ...headers, "Content-Type": "application/json" } : headers,
        credentials,
        ...(isJson ? { body: JSON.stringify(body) } : {}),
        signal: isDownload ? signal : AbortSignal.any([AbortSignal.timeout(LASTS_AT_MOST), signal]),
      });
    } catch {
      signal.throwIfAborted();
      throw new ApiError(0, null);
    }
  }
}

function textOf(response: Response, signal: AbortSignal | undefined): Promise<string> {
  return bodyOf(() => response.text(), signal);
}

async function bodyOf<T>(read: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await read();
  } catch {
    signal?.throwIfAborted();
    throw new ApiError(0, null);
  }
}

async function errorOf(response: Response, signal: AbortSignal | undefined): Promise<ApiError> {
  const text = await textOf(response, signal);
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page: the status says enough.
  }
  const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return new ApiError(response.status, body, seconds >= 0 ? seconds : null);
}

/** Whether the server does not accept the credentials. */
export function isAuthError(error: ApiError): boolean {
  return error.status === 401 || (error.status === 403 && (NOT_SIGNED_IN.has(error.code) || isOther(error)));
}

function isOther(error: ApiError): boolean {
  return error.code === "OTHER_ACCOUNT";
}

function problemOf(error: ApiError): AuthProblem {
  return isOther(error) ? "other-account" : "signed-out";
}
