/** The state of the page: the user, the threads, their messages, who is typing. Views redraw when it changes. */

import * as api from "./api.js";
import { Log } from "./log.js";
import { newUuid, retryUntilAnswered } from "./retrying.js";
import { ChatSocket } from "./socket.js";

const RECEIPTS_BACK = 200;

export class Store {
  me = null;
  people = [];
  /** connecting, connected, waiting or reconnecting. */
  status = "connecting";
  current = null;
  #threads = new Map();
  #logs = new Map();
  #writing = new Map();
  #loading = new Set();
  #refreshing = new Set();
  #marked = new Set();
  #socket = null;
  #listeners = [];
  #isScheduled = false;

  /** Call `listener` after each change; simultaneous changes are combined. */
  subscribe(listener) {
    this.#listeners.push(listener);
  }

  changed() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#listeners.forEach((listener) => listener());
    });
  }

  // User

  /** Set the signed-in user, and connect. */
  begin({ user, people }) {
    this.me = user;
    this.people = people;
    if (user) {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      this.#socket = new ChatSocket(`${scheme}://${location.host}/ws/chat`, {
        event: (frame) => this.#onEvent(frame),
        aside: (frame) => this.#onAside(frame),
        heads: (ids) => this.#updateThreads(ids),
        resync: (id) => this.#reload(id),
        status: (status) => this.#setStatus(status),
        signedOut: () => this.end(),
      });
      this.#socket.open();
    }
    this.changed();
  }

  /** Forget everything: the user has signed out. */
  end() {
    this.#socket?.close();
    this.#socket = null;
    this.me = null;
    this.current = null;
    this.#threads.clear();
    this.#logs.clear();
    this.#writing.clear();
    this.changed();
  }

  async signOut() {
    await api.signOut();
    this.end();
  }

  // Threads

  /** The threads, most recently changed first. */
  get threads() {
    return [...this.#threads.values()].sort((one, other) => (one.updated < other.updated ? 1 : -1));
  }

  thread(id) {
    return this.#threads.get(id) ?? null;
  }

  log(id) {
    if (!this.#logs.has(id)) this.#logs.set(id, new Log());
    return this.#logs.get(id);
  }

  /** The number of unread messages in all threads. */
  get unread() {
    return this.threads.reduce((sum, thread) => sum + thread.unread, 0);
  }

  putThread(thread) {
    const known = this.#threads.get(thread.id);
    if (!known || known.updated <= thread.updated) this.#threads.set(thread.id, thread);
    this.changed();
  }

  #dropThread(id) {
    this.#threads.delete(id);
    this.#logs.delete(id);
    this.#socket?.forget(id);
    if (this.current === id) this.current = null;
    this.changed();
  }

  /** Load threads of a heartbeat that are new here, and check those that it no longer lists. */
  async #updateThreads(ids) {
    if (!this.#threads.size && ids.length > 1) {
      try {
        (await api.threads(this.me.id)).forEach((thread) => this.putThread(thread));
      } catch {
        return;
      }
    }
    const news = ids.filter((id) => !this.#threads.has(id));
    const gone = [...this.#threads.keys()].filter((id) => !ids.includes(id));
    await Promise.all([...news, ...gone].map((id) => this.refresh(id)));
  }

  /** Reload a thread soon; drop it if the user can no longer read it. */
  async refresh(id) {
    if (this.#refreshing.has(id)) return;
    this.#refreshing.add(id);
    // Several events can request it at the same time.
    await Promise.resolve();
    this.#refreshing.delete(id);
    try {
      this.putThread(await api.thread(id));
    } catch (error) {
      if (error.status === 403 || error.status === 404) this.#dropThread(id);
    }
  }

  /** Show a thread, and load its messages if necessary. */
  async choose(id) {
    this.current = id;
    this.changed();
    if (id !== null) await this.#load(id);
    this.markVisibleAsRead();
  }

  async #load(id) {
    const log = this.log(id);
    if (log.isLoaded || this.#loading.has(id)) return;
    this.#loading.add(id);
    try {
      const seq = this.#socket.seen(id);
      const page = await api.messages(id);
      log.addPage(page, page.length === api.PAGE);
      this.changed();
      await this.#loadReceipts(id, seq);
    } catch (error) {
      // Retried when the connection is back.
      console.warn("The messages could not be loaded", error);
    } finally {
      this.#loading.delete(id);
    }
  }

  /** Load the read receipts of the latest messages from the thread's history. */
  async #loadReceipts(id, seq) {
    const { events } = await api.history(id, Math.max(0, seq - RECEIPTS_BACK));
    events.filter(({ message }) => message === "messages_read").forEach((frame) => this.#onRead(frame.data, false));
    this.changed();
  }

  /** Load the messages before the loaded ones. */
  async loadEarlier(id) {
    const log = this.log(id);
    const page = await api.messages(id, log.oldest);
    log.addPage(page, page.length === api.PAGE);
    this.changed();
  }

  async #reload(id) {
    await this.refresh(id);
    this.log(id).clear();
    if (this.current === id) await this.choose(id);
  }

  // Events of the socket

  #setStatus(status) {
    const isBack = status === "connected" && this.status !== "connected";
    this.status = status;
    if (isBack) {
      this.#marked.clear();
      this.choose(this.current);
    }
    this.changed();
  }

  #onEvent({ message, event, data }) {
    if (message === "message_created_or_updated") this.#onMessage(event.thread, data);
    else if (message === "messages_read") this.#onRead(data, true);
    else if (message === "thread_updated") this.putThread(data);
  }

  #onMessage(id, { thread_data: thread, ...message }) {
    const log = this.log(id);
    if (message.deleted) {
      log.remove(message.id);
      this.refresh(id);
    } else if (log.isLoaded || this.#loading.has(id)) {
      log.put(message);
    }
    if (thread) this.putThread(thread);
    if (message.sender !== undefined) this.#stopWriting(id, message.sender);
    this.changed();
    this.markVisibleAsRead();
  }

  #onRead({ thread: id, user, messages }, isNew) {
    const isMe = user === this.me.id;
    this.log(id).noteRead(user, messages, isMe);
    const thread = this.#threads.get(id);
    if (isMe && isNew && thread) {
      this.#threads.set(id, { ...thread, unread: Math.max(0, thread.unread - messages.length) });
    }
    this.changed();
  }

  #onAside({ message, data }) {
    if (message !== "thread_someone_is_writing") return;
    const writers = this.#writing.get(data.thread) ?? new Map();
    this.#writing.set(data.thread, writers);
    clearTimeout(writers.get(data.sender_data.id)?.timer);
    const timer = setTimeout(() => this.#stopWriting(data.thread, data.sender_data.id), data.length);
    writers.set(data.sender_data.id, { who: data.sender_data, timer });
    this.changed();
  }

  #stopWriting(id, user) {
    clearTimeout(this.#writing.get(id)?.get(user)?.timer);
    if (this.#writing.get(id)?.delete(user)) this.changed();
  }

  /** The users who are typing in the thread. */
  writersOf(id) {
    return [...(this.#writing.get(id)?.values() ?? [])].map(({ who }) => who);
  }

  // Outgoing

  /** Notify the others that the user is typing. */
  sendTyping(id, length) {
    this.#socket?.send("thread_someone_is_writing", { thread: id, length });
  }

  /** Mark visible messages as read: one over the socket, several in one request. */
  async markVisibleAsRead() {
    if (this.current === null || document.hidden) return;
    const id = this.current;
    const unread = this.log(id).unread.filter((message) => !this.#marked.has(message.id));
    unread.forEach((message) => this.#marked.add(message.id));
    if (unread.length > 1) {
      await api.markRead(id, unread.at(-1).id).catch(() => {});
    } else if (unread.length === 1) {
      this.#socket?.send("mark_message_as_read", { message: unread[0].id });
    }
  }

  /**
   * Post a message or an answer. `shown` stays in the log until the server has stored it, which can take until the
   * connection is back. Throws `ApiError` if the server rejects it.
   */
  async send(id, body, shown) {
    const log = this.log(id);
    const sending = { clientId: newUuid(), text: shown, waits: false };
    if (shown) log.pending = [...log.pending, sending];
    this.changed();
    const wait = () => {
      sending.waits = true;
      this.changed();
      return this.me !== null;
    };
    try {
      const stored = await retryUntilAnswered(() => api.send(id, { ...body, client_id: sending.clientId }), wait);
      if (stored) {
        const { thread_data: thread, answers, ...message } = stored;
        log.put(message);
        this.putThread(thread);
      } else {
        await this.refresh(id);
      }
    } finally {
      log.drop(sending.clientId);
      this.changed();
    }
  }
}
