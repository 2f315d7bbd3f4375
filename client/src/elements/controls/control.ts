/** What the controls of all types of questions have in common. */

import type { AnswerDraft, Attachment, DraftFile, ElementsLimits, Question } from "./types.js";
import type { Parameters, Texts } from "../texts.js";

export type { AnswerDraft, Attachment, DraftFile, ElementsLimits, Question };

/** A file of a stored answer. */
export type StoredFile = Pick<Attachment, "id" | "type" | "title" | "src" | "thumbnail">;

/** What the user has entered and not sent yet. */
export interface Input {
  readonly answers: readonly number[];
  readonly text: string;
  readonly files: readonly DraftFile[];
}

/** An answer as it is stored; its text is plain. */
export interface StoredAnswer {
  readonly answers?: readonly number[];
  readonly text?: string;
  readonly files?: readonly StoredFile[];
}

/** When a survey stores a change: at once, after a pause in typing, or when the user leaves the field. */
export type Saving = "now" | "paused" | "left";

/** The question as its control sees it. */
export interface Asked {
  readonly question: Question;
  readonly layout: "chat" | "survey";
  readonly input: Input;
  readonly value: StoredAnswer | null;
  readonly texts: Texts;
  /** What the server accepts; null if the page does not say. */
  readonly limits: ElementsLimits | null;
  /** Whether an answer is on its way. */
  readonly isWaiting: boolean;
  /** The ids of the hint, the limits and the error, for `aria-describedby`. */
  readonly describedBy: string;
  /** `"true"` if the answer was not accepted, for `aria-invalid`. */
  readonly invalid: "true" | "false";
  t(key: string, parameters?: Parameters): string;
  /** The user has entered something. */
  change(part: Partial<Input>, saving?: Saving): void;
  /** Send the answer, or store what waits for a pause. */
  send(): void;
  /** Say something about what was entered: an error, or that it takes a while. */
  say(text: string): void;
  /** The address of a picture; empty until it is known. */
  url(src: string | null | undefined): string;
  /** The address of a file that was not sent yet. */
  preview(file: Blob): string;
  /** Ask for a stored file to be removed. */
  removeFile(file: StoredFile): void;
}

/** An answer that is only shown. */
export type Shown = Pick<Asked, "question" | "input" | "texts">;

/** The control of a type of questions. Its field, where there is one, has the id `control`. */
export interface Control {
  /** Draw it. What it returns is a template of Lit, or a node. */
  view(asked: Asked): unknown;
  /** What is sent; null if nothing was entered. Default: the text as it was typed. */
  draft?(asked: Asked): AnswerDraft | null;
  /** How the answer is shown where it cannot be changed. Default: the text. */
  shown?(asked: Shown): string;
  /** What can be answered, for example "from 0 to 10". */
  describe?(asked: Asked): string;
  /** Whether it has several fields, which the question is the legend of. */
  readonly isGroup?: boolean;
  /** Whether it sends the answer itself in a chat, so that no button is needed. */
  sendsItself?(asked: Asked): boolean;
  /** Where there is nothing to answer. */
  readonly isSilent?: "always" | "survey";
}

/** Return a limit that the author has set; null if there is none, or if it has to be computed. */
export function numberLimit({ limits }: Question, name: string): number | null {
  const value = (limits as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === "number" ? value : null;
}

/** Return a limit that is a text. */
export function textLimit({ limits }: Question, name: string): string {
  const value = (limits as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === "string" ? value : "";
}

/** Return a text of the author's `meta`. */
export function metaText({ meta }: Question, name: string): string {
  const value = (meta as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === "string" ? value : "";
}

/** Return the ends of what is accepted in words: the texts are `{key}_between`, `{key}_least` and `{key}_most`. */
export function between({ t }: Asked, key: string, ends: readonly (string | null)[]): string {
  const [least = null, most = null] = ends;
  const form = least !== null && most !== null ? "between" : least !== null ? "least" : "most";
  return least === null && most === null ? "" : t(`${key}_${form}`, { least: least ?? "", most: most ?? "" });
}
