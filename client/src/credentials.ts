/** What identifies the user to the server: a session with a CSRF token, or a token of the host's. */

/** The id of an account: a number, or a text if the host's users have other keys. */
export type AccountId = number | string;

/** The user of a Django session. */
export interface SessionAuth {
  readonly account: AccountId;
  /** The CSRF token, or a function that returns it; default: the cookie `csrftoken`. */
  readonly csrf?: string | (() => string | Promise<string>);
  /** The header of the CSRF token; default: `X-CSRFToken`. */
  readonly csrfHeader?: string;
}

/** The user of a token, for example of DRF's TokenAuthentication or a JSON Web Token. */
export interface TokenAuth {
  readonly account: AccountId;
  /**
   * The token, or a function that returns it; `isRejected` says that the server did not accept the last one. If the
   * function fails, the request counts as not sent; after a rejection, nobody is signed in any more.
   */
  readonly token: string | ((isRejected: boolean) => string | Promise<string>);
  /** The word before the token in the header `Authorization`; default: `Token`. */
  readonly scheme?: string;
}

export type Auth = SessionAuth | TokenAuth;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

function cookieToken(): string {
  if (typeof document === "undefined") return "";
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

export class Credentials {
  /** It grows whenever the secret is replaced, or is expected to work again. */
  version = 0;
  #auth: Auth;
  #secret: string | null = null;
  #fetching: Promise<string> | null = null;
  /** The version that was given up: there is no other secret. */
  #rejected: number | null = null;

  constructor(
    auth: Auth,
    private readonly isSameOrigin: boolean,
  ) {
    this.#auth = auth;
  }

  get account(): AccountId {
    return this.#auth.account;
  }

  /** Whether requests carry a token, so that sockets need a ticket and images cannot load private files. */
  get usesToken(): boolean {
    return "token" in this.#auth;
  }

  /** Whether cookies go with a request. */
  get mode(): RequestCredentials {
    if (this.usesToken) return "omit";
    return this.isSameOrigin ? "same-origin" : "include";
  }

  /** Use these credentials from now on. Raises an error if they are another account's. */
  replace(auth: Auth): void {
    if (String(auth.account) !== String(this.account))
      throw new Error("These are the credentials of another account");
    this.#auth = auth;
    this.#secret = null;
    this.retry();
  }

  /** Expect that the secret works again, or that there is another one. */
  retry(): void {
    this.#rejected = null;
    this.version += 1;
  }

  /** Fetch no other secret until `retry` or `replace`: this one was rejected, after it was fetched again. */
  giveUp(): void {
    this.#rejected = this.version;
  }

  /** Return the headers that authenticate a request. */
  async headers(method: string): Promise<Record<string, string>> {
    const auth = this.#auth;
    if ("token" in auth) return { Authorization: `${auth.scheme ?? "Token"} ${await this.#current()}` };
    if (SAFE_METHODS.has(method)) return {};
    return { [auth.csrfHeader ?? "X-CSRFToken"]: await this.#current() };
  }

  /**
   * Fetch the secret of `version` again, once for all requests that failed with it. Return whether there is another
   * one now, so that a request is worth repeating.
   */
  async renew(version: number): Promise<boolean> {
    if (this.#rejected === this.version) return false;
    if (version !== this.version) return true;
    const before = this.#secret;
    try {
      await this.#fetch(true);
    } catch {
      return false;
    }
    if (this.#secret === before) return false;
    if (version === this.version) this.version += 1;
    return true;
  }

  async #current(): Promise<string> {
    return this.#secret ?? this.#fetch(false);
  }

  /** Fetch the secret, once for all requests that wait for it. */
  #fetch(isRejected: boolean): Promise<string> {
    this.#fetching ??= this.#fetchSecret(isRejected)
      .then((secret) => (this.#secret = secret))
      .finally(() => {
        this.#fetching = null;
      });
    return this.#fetching;
  }

  async #fetchSecret(isRejected: boolean): Promise<string> {
    const auth = this.#auth;
    if ("token" in auth) return typeof auth.token === "function" ? auth.token(isRejected) : auth.token;
    if (typeof auth.csrf === "function") return auth.csrf();
    // A token in the page is as old as the page; signing in again has replaced that of the cookie.
    return (isRejected ? cookieToken() : auth.csrf) || cookieToken() || auth.csrf || "";
  }
}
