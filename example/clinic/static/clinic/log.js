/** The messages of one thread, as far as they are known here; those being sent; and who has read what. */

export class Log {
  #messages = new Map();
  #gone = new Set();
  #readers = new Map();
  #oldest = Infinity;
  /** What was typed here and is not stored yet: {clientId, text, waits}. */
  pending = [];
  isLoaded = false;
  hasEarlier = false;

  /** Take in a page that was read, newest first. */
  addPage(page, isFull) {
    this.#oldest = Math.min(this.#oldest, ...page.map((message) => message.id));
    this.hasEarlier = isFull;
    this.isLoaded = true;
    page.forEach((message) => this.put(message));
  }

  /** Take in a message, unless a newer version of it (or its end) is known. */
  put(message) {
    const known = this.#messages.get(message.id);
    const isOlder = known && known.updated > message.updated;
    const isBefore = this.hasEarlier && message.id < this.#oldest;
    if (this.#gone.has(message.id) || isOlder || isBefore) return;
    this.#messages.set(message.id, message);
    if (message.client_id) this.drop(message.client_id);
  }

  /** Forget a message that was deleted. */
  remove(id) {
    this.#gone.add(id);
    this.#messages.delete(id);
  }

  /** Forget everything that was read from the server, to read it anew. */
  clear() {
    this.#messages.clear();
    this.#oldest = Infinity;
    this.isLoaded = false;
    this.hasEarlier = false;
  }

  /** Forget what was being sent. */
  drop(clientId) {
    this.pending = this.pending.filter((sending) => sending.clientId !== clientId);
  }

  /** Note that `user` has read the messages. */
  noteRead(user, ids, isMe) {
    for (const id of ids) {
      this.#readers.set(id, (this.#readers.get(id) ?? new Set()).add(user));
      const message = this.#messages.get(id);
      if (isMe && message) this.#messages.set(id, { ...message, is_read: true });
    }
  }

  /** Give the ids of those who have read a message, as far as is known. */
  readersOf(id) {
    return [...(this.#readers.get(id) ?? [])];
  }

  /** The messages in order. */
  get sorted() {
    return [...this.#messages.values()].sort((one, other) => one.id - other.id);
  }

  get oldest() {
    return this.#oldest;
  }

  /** The messages of others that this user has not read. */
  get unread() {
    return this.sorted.filter((message) => !message.is_read && !message.is_own);
  }
}
