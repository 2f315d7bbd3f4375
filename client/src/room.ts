/** One thread that is shown: its messages, who is typing, what the user is writing. */

import type { AccountId } from "./credentials.js";
import { type Account, hasNext, type Message, type Page, resultsOf, type Thread } from "./documents.js";
import type { History } from "./frames.js";
import { type LoggedMessage, MessageLog } from "./log.js";
import type { QueuedMessage } from "./messages.js";
import type { QueueItem } from "./queue_items.js";
import type { Requests } from "./requests.js";

export interface RoomSnapshot {
  readonly id: number;
  /** The thread; null until it is loaded. */
  readonly thread: Thread | null;
  /** The messages in order, in parts of at most 16 that keep their identity until one of their messages changes. */
  readonly parts: readonly (readonly LoggedMessage[])[];
  /** All messages in one list. It is made when it is read: for many messages, prefer `parts`. */
  readonly messages: readonly LoggedMessage[];
  /** What the user has sent here and the server has not stored yet, in order. */
  readonly pending: readonly QueueItem<QueuedMessage>[];
  /** Who is typing. */
  readonly typing: readonly Account[];
  /** What the user has written and not sent. */
  readonly draft: string;
  readonly isLoaded: boolean;
  readonly isLoading: boolean;
  /** Whether there are earlier messages, to be loaded with `loadEarlier`. */
  readonly hasEarlier: boolean;
  readonly error: Error | null;
}

const PAGE = 50;
/** So many events back are read receipts looked up when a thread is opened. */
const RECEIPTS_BACK = 200;

export class Room {
  readonly log = new MessageLog();
  draft = "";
  /** Ends when the stored draft is known. */
  draftLoading: Promise<void> | undefined;
  isLoaded = false;
  hasEarlier = false;
  /** The number of the event up to which the newest messages were loaded; undefined if it is not known. */
  head: number | undefined;
  error: Error | null = null;
  readonly #typing = new Map<
    AccountId,
    { readonly account: Account; readonly timer: ReturnType<typeof setTimeout> }
  >();
  readonly #ownIds = new Set<string>();
  /** For each page that is being loaded, the messages of events that came meanwhile. */
  readonly #meanwhile = new Set<Message[]>();
  #loading: Promise<void> | null = null;
  #isStale = false;
  #isLoadingEarlier = false;
  #generation = 0;
  #shown: RoomSnapshot | null = null;
  #pending: readonly QueueItem<QueuedMessage>[] = [];

  constructor(
    readonly id: number,
    private readonly requests: Requests,
    private readonly changed: () => void,
  ) {}

  /** Load the newest messages, in place of those that are loaded. Simultaneous calls share the request. */
  load(): Promise<void> {
    this.#isStale = true;
    this.#loading ??= this.#loadWhileStale().finally(() => {
      this.#loading = null;
      this.touch();
    });
    this.touch();
    return this.#loading;
  }

  /** What is requested while a page is on its way may not be in that page. */
  async #loadWhileStale(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      await this.#load();
    }
  }

  async #load(): Promise<void> {
    const meanwhile: Message[] = [];
    this.#meanwhile.add(meanwhile);
    this.#generation += 1;
    try {
      this.head = undefined;
      const page = await this.#page({}, (seq) => (this.head = seq));
      // Views show both at once.
      await this.draftLoading;
      this.log.clear();
      this.hasEarlier = hasNext(page);
      this.isLoaded = true;
      this.error = null;
      for (const message of resultsOf(page)) this.#put(message);
      this.#meanwhile.delete(meanwhile);
      for (const message of meanwhile) this.put(message);
    } catch (error) {
      this.error = error as Error;
    } finally {
      this.#meanwhile.delete(meanwhile);
    }
  }

  /** Load the messages before those that are loaded. */
  async loadEarlier(): Promise<void> {
    const before = this.log.oldest?.id;
    if (!this.hasEarlier || this.#isLoadingEarlier || before === undefined) return;
    const generation = this.#generation;
    const meanwhile: Message[] = [];
    this.#meanwhile.add(meanwhile);
    this.#isLoadingEarlier = true;
    this.touch();
    try {
      const page = await this.#page({ before });
      // The log begins again elsewhere if it was loaded meanwhile.
      if (generation !== this.#generation) return;
      for (const message of resultsOf(page)) this.#put(message);
      this.hasEarlier = hasNext(page);
      this.error = null;
      this.#meanwhile.delete(meanwhile);
      for (const message of meanwhile) this.put(message);
    } catch (error) {
      this.error = error as Error;
    } finally {
      this.#meanwhile.delete(meanwhile);
      this.#isLoadingEarlier = false;
      this.touch();
    }
  }

  #page(query: Record<string, number>, onHead?: (seq: number) => void): Promise<Page<Message>> {
    const all = { ordering: "-id", limit: PAGE, mark_read: false, ...query };
    const path = `threads/${this.id}/messages`;
    return this.requests.request<Page<Message>>("GET", path, { query: all, onHead });
  }

  /** Look up who has read the latest messages; the last event that is known has the number `seq`. */
  async loadReceipts(seq: number, me: AccountId): Promise<void> {
    const query = { after: Math.max(0, seq - RECEIPTS_BACK) };
    const { events } = await this.requests.request<History>("GET", `threads/${this.id}/events`, {
      query,
    });
    for (const frame of events) {
      if (frame.message !== "messages_read" || !("messages" in frame.data)) continue;
      this.log.noteRead(frame.data.user, frame.data.messages, String(frame.data.user) === String(me));
    }
    this.touch();
  }

  /** Take a message of an event or a response. */
  put(message: Message): void {
    for (const messages of this.#meanwhile) messages.push(message);
    const oldest = this.log.oldest;
    // The message comes with its page.
    if (!this.isLoaded || (this.hasEarlier && oldest && message.id < oldest.id)) return;
    this.#put(message);
    if (message.sender !== null) this.stopTyping(message.sender);
    this.touch();
  }

  #put(message: Message): void {
    this.log.put(message);
    if (message.is_own && message.client_id) this.#ownIds.add(message.client_id);
  }

  /** Remove a deleted message. */
  remove(id: number): void {
    this.log.remove(id);
    this.touch();
  }

  /** Show for some milliseconds that the account is typing. */
  startTyping(account: Account, length: number): void {
    clearTimeout(this.#typing.get(account.id)?.timer);
    this.#typing.set(account.id, {
      account,
      timer: setTimeout(() => this.stopTyping(account.id), length),
    });
    this.touch();
  }

  stopTyping(id: AccountId): void {
    const typing = this.#typing.get(id);
    if (!typing) return;
    clearTimeout(typing.timer);
    this.#typing.delete(id);
    this.touch();
  }

  /** The messages that were not read, by others than the user. */
  unread(): LoggedMessage[] {
    return this.log.parts.flatMap((part) => part.filter((message) => !message.is_read && !message.is_own));
  }

  touch(): void {
    this.#shown = null;
    this.changed();
  }

  /** Return what the room shows; the same object until something changes. */
  snapshot(thread: Thread | null, queue: readonly QueueItem[]): RoomSnapshot {
    const mine = queue.filter(
      (item): item is QueueItem<QueuedMessage> =>
        item.kind === "message" && item.lane === `thread:${this.id}` && !this.#ownIds.has(item.id),
    );
    const isSame =
      mine.length === this.#pending.length && mine.every((item, at) => item === this.#pending[at]);
    if (!isSame) this.#pending = mine;
    if (this.#shown?.thread === thread && isSame) return this.#shown;
    const { parts } = this.log;
    let messages: readonly LoggedMessage[] | null = null;
    this.#shown = {
      id: this.id,
      thread,
      parts,
      get messages() {
        messages ??= parts.flat();
        return messages;
      },
      pending: this.#pending,
      typing: [...this.#typing.values()].map(({ account }) => account),
      draft: this.draft,
      isLoaded: this.isLoaded,
      isLoading: this.#loading !== null || this.#isLoadingEarlier,
      hasEarlier: this.hasEarlier,
      error: this.error,
    };
    return this.#shown;
  }

  close(): void {
    for (const { timer } of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
  }
}
