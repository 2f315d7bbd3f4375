/** The loaded messages of one thread, in order. */

import type { Message } from "./documents.js";
import { isBefore } from "./times.js";

/** A message, and who is known to have read it. */
export interface LoggedMessage extends Message {
  readonly readBy: readonly (number | string)[];
}

/**
 * Messages in parts of at most `PART`, which keep their identity until one of their messages changes. A change copies
 * one part and the list of parts, however many messages are loaded; a view can redraw only the parts that changed.
 */
const PART = 16;

type Part = readonly LoggedMessage[];

export class MessageLog {
  #parts: readonly Part[] = [];
  readonly #gone = new Set<number>();
  /** Who has read messages that are not loaded. Pages do not say it, and can be older than a receipt. */
  readonly #receipts = new Map<number, Pick<LoggedMessage, "readBy" | "is_read">>();

  /** The parts, oldest first. */
  get parts(): readonly Part[] {
    return this.#parts;
  }

  get oldest(): LoggedMessage | undefined {
    return this.#parts[0]?.[0];
  }

  get newest(): LoggedMessage | undefined {
    return this.#parts.at(-1)?.at(-1);
  }

  get(id: number): LoggedMessage | undefined {
    const { part, index, isThere } = this.#find(id);
    return isThere ? this.#parts[part]?.[index] : undefined;
  }

  /** Add a message, unless a newer version of it is known or it was deleted. Return whether the log changed. */
  put(message: Message): boolean {
    if (this.#gone.has(message.id)) return false;
    const { part, index, isThere } = this.#find(message.id);
    if (!isThere) {
      const { readBy, is_read } = this.#receipts.get(message.id) ?? { readBy: [], is_read: false };
      this.#receipts.delete(message.id);
      this.#insert(part, index, { ...message, is_read: message.is_read || is_read, readBy });
      return true;
    }
    const known = this.#parts[part]?.[index] as LoggedMessage;
    if (isBefore(message.updated, known.updated)) return false;
    // Read messages never become unread again; a page can be older than the receipt.
    this.#replace(part, index, {
      ...message,
      is_read: message.is_read || known.is_read,
      readBy: known.readBy,
    });
    return true;
  }

  /** Remove a deleted message, for good. Return whether it was there. */
  remove(id: number): boolean {
    this.#gone.add(id);
    const { part, index, isThere } = this.#find(id);
    if (!isThere) return false;
    const rest = (this.#parts[part] as Part).filter((_, at) => at !== index);
    this.#parts = rest.length
      ? replaced(this.#parts, part, rest)
      : this.#parts.filter((_, at) => at !== part);
    return true;
  }

  /** Record that the user has read the messages; `isMe` marks them as read. Return whether the log changed. */
  noteRead(user: number | string, ids: readonly number[], isMe: boolean): boolean {
    let isChanged = false;
    for (const id of ids) {
      const { part, index, isThere } = this.#find(id);
      if (!isThere) {
        const { readBy, is_read } = this.#receipts.get(id) ?? { readBy: [], is_read: false };
        this.#receipts.set(id, { readBy: withReader(readBy, user), is_read: is_read || isMe });
        continue;
      }
      const known = this.#parts[part]?.[index] as LoggedMessage;
      if (known.readBy.includes(user) && (known.is_read || !isMe)) continue;
      const readBy = withReader(known.readBy, user);
      this.#replace(part, index, { ...known, readBy, is_read: known.is_read || isMe });
      isChanged = true;
    }
    return isChanged;
  }

  /** Forget the messages, to load them again; who has read them stays known. */
  clear(): void {
    for (const { id, readBy, is_read } of this.#parts.flat())
      if (readBy.length || is_read) this.#receipts.set(id, { readBy, is_read });
    this.#parts = [];
  }

  /** Find the place of an id by halving. */
  #find(id: number): { part: number; index: number; isThere: boolean } {
    let part = firstWhere(
      this.#parts.length,
      (at) => ((this.#parts[at] as Part).at(-1) as LoggedMessage).id >= id,
    );
    if (part === this.#parts.length && part > 0) part -= 1;
    const messages = this.#parts[part] ?? [];
    const index = firstWhere(messages.length, (at) => (messages[at] as LoggedMessage).id >= id);
    return { part, index, isThere: messages[index]?.id === id };
  }

  #insert(part: number, index: number, message: LoggedMessage): void {
    const messages = this.#parts[part];
    if (!messages) {
      this.#parts = [[message]];
    } else if (messages.length < PART) {
      this.#parts = replaced(this.#parts, part, [
        ...messages.slice(0, index),
        message,
        ...messages.slice(index),
      ]);
    } else if (index === messages.length) {
      this.#parts = [...this.#parts.slice(0, part + 1), [message], ...this.#parts.slice(part + 1)];
    } else if (index === 0) {
      this.#parts = [...this.#parts.slice(0, part), [message], ...this.#parts.slice(part)];
    } else {
      const halves = [[...messages.slice(0, index), message], messages.slice(index)];
      this.#parts = [...this.#parts.slice(0, part), ...halves, ...this.#parts.slice(part + 1)];
    }
  }

  #replace(part: number, index: number, message: LoggedMessage): void {
    this.#parts = replaced(this.#parts, part, replaced(this.#parts[part] as Part, index, message));
  }
}

function withReader(readBy: LoggedMessage["readBy"], user: number | string): LoggedMessage["readBy"] {
  return readBy.includes(user) ? readBy : [...readBy, user];
}

function replaced<T>(list: readonly T[], index: number, value: T): readonly T[] {
  const copy = list.slice();
  copy[index] = value;
  return copy;
}

/** Return the first index below `length` that fulfils a condition which, once true, stays true; else `length`. */
function firstWhere(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
