/** Sending messages and answers, through the queue. */

import type { MessageCreate, SentMessage } from "./documents.js";
import type { ApiError } from "./errors.js";
import { newUuid } from "./ids.js";
import type { Outbox } from "./outbox.js";
import type { Sender } from "./queue_items.js";
import type { Requests } from "./requests.js";
import type { StoredItem } from "./storage.js";

/** A file that is sent with a message or an answer. */
export interface DraftFile {
  readonly file: Blob;
  /** The type of the attachment; default: `image`. */
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
}

/** What the user sends: a message, or the answer to a question. */
export interface Draft extends Omit<MessageCreate, "client_id" | "attachments"> {
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly files?: readonly DraftFile[];
  /** What views show until it is stored, for example the texts of the chosen answers; it is not sent. */
  readonly shown?: string;
}

/** The data of a queued message. */
export interface QueuedMessage {
  readonly thread: number;
  readonly draft: Draft;
}

/** The id of a message that was sent, and what becomes of it. */
export interface Sending {
  /** Its `client_id`, and its `id` in the queue. */
  readonly id: string;
  /** The stored message, or null if the answer creates none. Rejects if the server refuses it or it is discarded. */
  readonly done: Promise<SentMessage | null>;
}

/** The fields by which the server says that a question is no longer the current one. */
const MOVED_ON = ["question", "asked", "instance"];

export function movedOn(error: ApiError): boolean {
  const { fields } = error;
  const isGone = fields["non_field_errors"]?.includes("NO_CURRENT_QUESTION") ?? false;
  return isGone || MOVED_ON.some((name) => name in fields);
}

/** The fields whose values are JSON: in a form, their text is parsed. */
const JSON_FIELDS = new Set(["meta", "options"]);

function put(form: FormData, name: string, value: unknown, field = name): void {
  if (value === undefined) return;
  // An empty field is null.
  form.append(name, JSON_FIELDS.has(field) ? JSON.stringify(value) : String(value ?? ""));
}

function putFile(form: FormData, { file, type = "image", title, description }: DraftFile, prefix = ""): void {
  const fields = { type, title, description };
  for (const [name, value] of Object.entries(fields)) put(form, prefix + name, value);
  form.append(`${prefix}file`, file, file instanceof File ? file.name : "file");
}

/** Return the form that adds one attachment. */
export function fileForm(file: DraftFile): FormData {
  const form = new FormData();
  putFile(form, file);
  return form;
}

/** Return the body of a request as a form, with its files. */
export function formOf(body: Readonly<Record<string, unknown>>, files: readonly DraftFile[]): FormData {
  const form = new FormData();
  const {
    answers = [],
    attachments = [],
    ...fields
  } = body as { answers?: number[]; attachments?: object[] };
  for (const [name, value] of Object.entries(fields)) put(form, name, value);
  for (const answer of answers) put(form, "answers", answer);
  attachments.forEach((attachment, at) => {
    for (const [name, value] of Object.entries(attachment))
      put(form, `attachments[${at}]${name}`, value, name);
  });
  files.forEach((file, at) => putFile(form, file, `attachments[${attachments.length + at}]`));
  return form;
}

export class MessageSender implements Sender {
  constructor(
    private readonly requests: Requests,
    private readonly outbox: Outbox,
    private readonly onStored: (thread: number, sent: SentMessage | null) => void,
  ) {
    outbox.register("message", this);
  }

  /** Queue a message. */
  queue(thread: number, draft: Draft): Sending {
    const id = newUuid();
    const data: QueuedMessage = { thread, draft };
    const done = this.outbox.add<SentMessage | null>({
      id,
      kind: "message",
      lane: `thread:${thread}`,
      key: "",
      data,
    });
    // A caller who does not wait for it causes no unhandled rejection.
    done.catch(() => {});
    return { id, done };
  }

  async send(
    item: StoredItem,
    options: { signal: AbortSignal; onProgress: (part: number) => void },
  ): Promise<unknown> {
    const { thread, draft } = item.data as QueuedMessage;
    const { files = [], shown: _, ...body } = draft;
    const all = { ...body, client_id: item.id };
    const content = files.length
      ? { form: formOf(all, files), onProgress: options.onProgress }
      : { body: all };
    const query = { explain: true };
    return this.requests.request("POST", `threads/${thread}/messages`, {
      ...content,
      query,
      signal: options.signal,
    });
  }

  stored(item: StoredItem, result: unknown): void {
    this.onStored((item.data as QueuedMessage).thread, result as SentMessage | null);
  }

  hasMovedOn(item: StoredItem, error: ApiError): boolean {
    const { draft } = item.data as QueuedMessage;
    return ("question" in draft || "asked" in draft) && movedOn(error);
  }
}
