/** The client of one account: what the user can do. */

import type {
  Attachment,
  Correction,
  FoundMessage,
  Message,
  Page,
  Rollback,
  SentMessage,
  Thread,
  ThreadCreate,
} from "./documents.js";
import { resultsOf } from "./documents.js";
import { newUuid } from "./ids.js";
import { type Draft, type DraftFile, fileForm, type Sending } from "./messages.js";
import { MemberClient } from "./member_client.js";
import type { RequestOptions } from "./requests.js";
import type { Room } from "./room.js";
import type { ThreadQuery } from "./thread_lists.js";

const TYPING_EVERY = 2_000;
const TYPING_SHOWN = 4_000;

export class ChatClient extends MemberClient {
  readonly #typed = new Map<number, number>();

  // Threads

  /** Load a list of threads and keep it up to date: `getSnapshot().lists.get(listKey(query))`. */
  loadThreads(query: ThreadQuery): Promise<void> {
    return this.live.threads.lists.load(query);
  }

  /** Load the next page of a list. */
  loadMoreThreads(query: ThreadQuery): Promise<void> {
    return this.live.threads.lists.loadMore(query);
  }

  /** Forget a list. */
  closeThreads(query: ThreadQuery): void {
    this.live.threads.lists.close(query);
  }

  /** Start a thread; `body` is that of POST `accounts/{id}/threads/{type}`. Sending it twice starts one. */
  async startThread(type: string, body: Partial<ThreadCreate> = {}): Promise<Thread> {
    const path = `accounts/${this.account}/threads/${encodeURIComponent(type)}`;
    const thread = await this.requests.request<Thread>("POST", path, {
      body: { client_id: newUuid(), ...body },
    });
    this.live.threads.takeResponse(thread, this.live.threads.revision(thread.id));
    return thread;
  }

  /**
   * Open a thread: load it with its newest messages, and keep it up to date until `closeThread`. It catches up first
   * when the connection stands, or comes back. The result is in `getSnapshot().rooms`.
   */
  async openThread(id: number): Promise<void> {
    this.opened = id;
    const { room, isNew } = this.live.room(id);
    if (isNew) {
      this.changed();
      room.draftLoading = this.#loadDraft(room);
    }
    if (room.isLoaded) return;
    if (!this.live.threads.get(id)) void this.live.threads.refresh(id);
    await this.live.load(room);
  }

  async #loadDraft(room: Room): Promise<void> {
    const draft = await (await this.storage).draft(this.owner, `thread:${room.id}`).catch(() => "");
    // What was typed meanwhile is newer.
    room.draft ||= draft;
    room.touch();
  }

  /** Forget the messages of a thread. */
  closeThread(id: number): void {
    if (this.opened === id) this.opened = null;
    this.live.rooms.get(id)?.close();
    this.live.rooms.delete(id);
    this.changed();
  }

  /** Load the messages before those that are loaded. */
  async loadEarlier(id: number): Promise<void> {
    await this.live.rooms.get(id)?.loadEarlier();
  }

  /** Return the messages of a thread that match a query, each with its `highlight` (see `splitHighlight`). */
  async search(id: number, q: string, signal?: AbortSignal): Promise<readonly FoundMessage[]> {
    const query = { q, ordering: "-id", limit: 50 };
    return resultsOf(
      await this.requests.request<Page<FoundMessage>>("GET", `threads/${id}/messages`, {
        query,
        ...(signal ? { signal } : {}),
      }),
    );
  }

  // Messages

  /**
   * Send a message, or an answer: with `question` (and `instance`), and `answers` or `text`. It is shown in `pending`
   * at once, and sent when there is a connection. An answer never reaches another question than the one that is shown.
   */
  send(thread: number, draft: Draft): Sending {
    const shown = this.live.threads.get(thread);
    // The server compares it with the message that asks now: the question may have moved on meanwhile.
    const isLed = shown && ["scripted", "open"].includes(shown.state);
    const asked = isLed ? { asked: shown.related_message } : {};
    return this.sender.queue(thread, { ...asked, ...draft });
  }

  /** Skip the question that the script asks now, if its author offers that. */
  skip(thread: number): Sending {
    const { question } = this.live.threads.get(thread) ?? {};
    return this.send(thread, { skip: true, ...(typeof question === "number" ? { question } : {}) });
  }

  /** Stop the script of a thread, if the user is permitted to: the thread becomes an open conversation. */
  stopScript(thread: number, text = ""): Sending {
    return this.sender.queue(thread, { break_state: true, ...(text ? { text } : {}) });
  }

  /** Drop something that is queued: an upload stops. */
  discard(id: string): Promise<void> {
    return this.outbox.discard(id);
  }

  /** Change the text of an own message: the text as typed, not escaped. */
  async edit(thread: number, message: number, text: string): Promise<Message> {
    const changed = await this.requests.request<Message>("PATCH", `threads/${thread}/messages/${message}`, {
      body: { text },
    });
    this.live.rooms.get(thread)?.put(changed);
    return changed;
  }

  /** Delete a message. */
  async remove(thread: number, message: number): Promise<void> {
    await this.requests.request("DELETE", `threads/${thread}/messages/${message}`);
    this.live.rooms.get(thread)?.remove(message);
    void this.live.threads.refresh(thread);
  }

  /**
   * Add a file to an own message. `onProgress` is called with the sent part, from 0 to 1; `signal` stops the upload.
   * With `confirm`, the files of an answer change although constraints warn about it.
   */
  async addFile(
    thread: number,
    message: number,
    file: DraftFile,
    { confirm, ...options }: Pick<RequestOptions, "signal" | "onProgress"> & { confirm?: boolean } = {},
  ): Promise<Attachment> {
    const path = `threads/${thread}/messages/${message}/attachments`;
    const form = fileForm(file);
    const query = { explain: true, confirm };
    const added = await this.requests.request<Attachment>("POST", path, { ...options, form, query });
    await this.#reload(thread, message);
    return added;
  }

  /** Remove an attachment of an own message. */
  async removeAttachment(
    thread: number,
    message: number,
    attachment: number,
    confirm = false,
  ): Promise<void> {
    const path = `threads/${thread}/messages/${message}/attachments/${attachment}`;
    await this.requests.request("DELETE", path, { query: { explain: true, confirm } });
    await this.#reload(thread, message);
  }

  /** Show a message as it is now. Its event does the same later, where this fails. */
  async #reload(thread: number, message: number): Promise<void> {
    const room = this.live.rooms.get(thread);
    const changed = room && this.requests.request<Message>("GET", `threads/${thread}/messages/${message}`);
    await changed?.then((loaded) => room?.put(loaded)).catch(() => {});
  }

  /** Correct an answer of the script: `message` is the message with the answer. */
  async correct(thread: number, correction: Omit<Correction, "last" | "client_id">): Promise<SentMessage> {
    const parts = this.live.rooms.get(thread)?.log.parts ?? [];
    // What people write beside the script does not move it.
    const said = parts.flatMap((part) => part.filter((message) => message.related_question !== null));
    const body = { client_id: newUuid(), last: said.at(-1)?.id, ...correction };
    const sent = await this.requests.request<SentMessage>("POST", `threads/${thread}/correct`, {
      body,
      query: { explain: true },
    });
    this.live.stored(thread, sent);
    return sent;
  }

  /** Go back to an earlier question of the script. */
  async rollBack(thread: number, to: Partial<Rollback> = {}): Promise<void> {
    await this.requests.request("POST", `threads/${thread}/rollback`, { body: to });
    await this.live.threads.refresh(thread);
  }

  /** Mark the loaded messages up to one (default: the newest) as read. Does nothing if none is unread. */
  async markRead(thread: number, upTo?: number): Promise<void> {
    const room = this.live.rooms.get(thread);
    const unread = room?.unread().filter(({ id }) => upTo === undefined || id <= upTo) ?? [];
    const last = unread.at(-1);
    if (room && last)
      await this.live.markRead(
        room,
        unread.map(({ id }) => id),
      );
  }

  /** Show the others that the user is typing; call it at each key. */
  typing(thread: number): void {
    const last = this.#typed.get(thread) ?? 0;
    if (Date.now() - last < TYPING_EVERY) return;
    if (this.socket.send("thread_someone_is_writing", { thread, length: TYPING_SHOWN }))
      this.#typed.set(thread, Date.now());
  }

  /** Keep what the user has written and not sent. */
  async setDraft(thread: number, text: string): Promise<void> {
    const room = this.live.rooms.get(thread);
    if (room && room.draft !== text) {
      room.draft = text;
      room.touch();
    }
    await (await this.storage).setDraft(this.owner, `thread:${thread}`, text);
  }

  /** Send a command of the host over the socket; return false without a connection. */
  command(message: string, data: object): boolean {
    return this.socket.send(message, data);
  }

  /** Carry out any request of the API, for example `request("GET", "threads/7/users")`. Rejects with `ApiError`. */
  request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return this.requests.request<T>(method, path, options);
  }

  /**
   * Return an address under which the page can show a file: its own, or a `blob:` where the file needs a token. Revoke
   * a `blob:` with `URL.revokeObjectURL` when it is no longer shown.
   */
  async fileUrl(src: string): Promise<string> {
    const url = new URL(src, this.options.api);
    const isPrivate = this.credentials.usesToken && url.href.startsWith(`${this.options.api}attachments/`);
    return isPrivate ? URL.createObjectURL(await this.requests.blob(url.href)) : url.href;
  }
}
