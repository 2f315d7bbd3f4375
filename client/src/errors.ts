/** Errors of requests. */

/** A refused answer in words. */
export interface Explanation {
  readonly field: string;
  readonly code: string;
  /** The author's own message or what is expected, in the user's language. */
  readonly text: string;
  readonly expected: Readonly<Record<string, unknown>> | null;
}

/** A refusal by the server (`status`, `body`), or no response at all (status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly retryAfter: number | null = null,
  ) {
    super(status === 0 ? "The server cannot be reached" : `The server responded with ${status}`);
  }

  /** Count errors of another copy of this module, because copies on a page share their clients. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ApiError" && "retryAfter" in value;
  }

  /** Whether the same request can succeed later. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** The stable code of a refusal that is about no field, or an empty text. */
  get code(): string {
    const code = (this.body as { code?: unknown } | null)?.code;
    return typeof code === "string" ? code : "";
  }

  /** The errors by field: codes like `REQUIRED`, or sentences in the user's language. */
  get fields(): Readonly<Record<string, readonly string[]>> {
    const { body } = this;
    if (this.status !== 400 || typeof body !== "object" || body === null) return {};
    const lists = Object.entries(body).filter(
      ([name, errors]) => name !== "explanations" && Array.isArray(errors),
    );
    return Object.fromEntries(lists.map(([name, errors]) => [name, (errors as unknown[]).map(String)]));
  }
  /** What is wrong with a refused answer, in the user's language: of requests with the query `explain`. */
  get explanations(): readonly Explanation[] {
    const { explanations } = (this.body ?? {}) as { explanations?: readonly Explanation[] };
    return Array.isArray(explanations) ? explanations : [];
  }

  /** Whether constraints only warn about an answer: the same answer with `confirm` is accepted. */
  get canConfirm(): boolean {
    const codes = Object.values(this.fields).flat();
    return codes.length > 0 && codes.every((code) => code === "CONFIRM");
  }
}
