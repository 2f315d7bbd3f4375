/** Errors of requests in words. */

import { lib } from "./library.js";
import type { Texts } from "./texts.js";

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
  const sentences = error.explanations.map(({ text }) => text);
  if (sentences.length) return [...new Set(sentences)].join(" ");
  const codes = Object.values(error.fields).flat();
  const known = codes.map((code) => `code_${code.toLowerCase()}`).find((key) => texts.has(key));
  if (known) return texts.get(known);
  const key = STATUSES[error.status] ?? (error.status >= 500 ? "server_error" : "rejected");
  return texts.get(key);
}
