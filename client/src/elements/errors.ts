/** Errors of requests in words. */

import type { Explanation } from "../index.js";
import { lib } from "./library.js";
import type { Texts } from "./texts.js";

/** Return the sentences that the server wrote about a refused answer, in the user's language. */
export function explanationsOf(error: unknown): readonly Explanation[] {
  const { explanations } = ((error as { body?: unknown } | null)?.body ?? {}) as {
    explanations?: readonly Explanation[];
  };
  return Array.isArray(explanations) ? explanations : [];
}

/** Return whether constraints only warn about an answer: the same answer with `confirm` is accepted. */
export function canConfirm(error: unknown): boolean {
  const codes = error instanceof lib().ApiError ? Object.values(error.fields).flat() : [];
  return codes.length > 0 && codes.every((code) => code === "CONFIRM");
}

const STATUSES: Readonly<Record<number, string>> = {
  0: "unreachable",
  401: "signed_out",
  403: "forbidden",
  404: "not_found",
  410: "not_found",
  413: "file_too_large",
  429: "too_many_requests",
};

/** Return an error as a sentence of the user's language. */
export function sentenceOf(error: unknown, texts: Texts): string {
  if (!(error instanceof lib().ApiError)) return texts.get("rejected");
  const sentences = explanationsOf(error).map(({ text }) => text);
  if (sentences.length) return [...new Set(sentences)].join(" ");
  const codes = Object.values(error.fields).flat();
  const known = codes.map((code) => `code_${code.toLowerCase()}`).find((key) => texts.has(key));
  if (known) return texts.get(known);
  const key = STATUSES[error.status] ?? (error.status >= 500 ? "server_error" : "rejected");
  return texts.get(key);
}
