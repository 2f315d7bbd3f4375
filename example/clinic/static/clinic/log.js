/** The loaded messages of one thread, those being sent, and who has read what. */

export class Log {
  #messages = new Map();
  #gone = new Set();
  #readers = new Map();
  #oldest = Infinity;
  /** Messages that were typed here and are not stored yet: {clientId, text, waits}. */
  pending = [];
  isLoaded = false;
  hasEarlier = false;

  /** Add a loaded page, newest first. */
  addPage(page, isFull) {
    this.#oldest = Math.min(this.#oldest, ...page.map((message) => message.id));
    this.hasEarlier = isFull;
    this.isLoaded = true;
    page.forEach((message) => this.put(message));
  }

  /** Add a message, unless a newer version of it is known, or it was deleted. */
  put(message) {
    const known = this.#messages.get(message.id);
    const isOlder = known && known.updated > message.updated;
    const isBefore = this.hasEarlier && message.id < this.#oldest;
    if (this.#gone.has(message.id) || isOlder || isBefore) return;
    this.#messages.set(message.id, message);
    if (message.client_id) this.drop(message.client_id);
  }

  /** Remove a deleted message. */
  remove(id) {
    this.#gone.add(id);
    this.#messages.delete(id);
  }

  /** Remove everything that was loaded from the server, to load it again. */
  clear() {
    this.#messages.clear();
    this.#oldest = Infinity;
    this.isLoaded = false;
    this.hasEarlier = false;
  }

  /** Remove a message that was being sent. */
  drop(clientId) {
    this.pending = this.pending.filter((sending) => sending.clientId !== clientId);
  }

  /** Record that `user` has read the messages. */
  noteRead(user, ids, isMe) {
    for (const id of ids) {
      this.#readers.set(id, (this.#readers.get(id) ?? new Set()).add(user));
      const message = this.#messages.get(id);
      if (isMe && message) this.#messages.set(id, { ...message, is_read: true });
    }
  }

  /** Return the ids of users who are known to have read a message. */
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
