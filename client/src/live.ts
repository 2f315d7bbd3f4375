/** What the server sends, taken into the threads and rooms. */

import { Again } from "./again.js";
import type { AccountId } from "./credentials.js";
import type { Account, Message, SentMessage, Thread } from "./documents.js";
import { ApiError } from "./errors.js";
import type { Events } from "./events.js";
import type { EventFrame, Frame } from "./frames.js";
import type { Requests } from "./requests.js";
import type { QueueItem } from "./queue_items.js";
import { Room, type RoomSnapshot } from "./room.js";
import type { ChatSocket } from "./socket.js";
import { type ThreadHandlers, Threads } from "./threads.js";

type MessageData =
  | { readonly id: number; readonly deleted: true; readonly unread: number }
  | { readonly id: number; readonly too_large: true }
  | (Message & { readonly thread_data?: Partial<Thread> & { readonly id: number } });

export class Live implements ThreadHandlers {
  readonly threads: Threads;
  readonly rooms = new Map<number, Room>();
  readonly #again = new Again();
  /** By thread, the message up to which all are read, until the server knows it. */
  readonly #read = new Map<number, number>();
  socket!: Pick<ChatSocket, "seen" | "forget" | "covers">;

  constructor(
    private readonly requests: Requests,
    private readonly account: AccountId,
    private readonly events: Events,
    readonly changed: () => void,
  ) {
    this.threads = new Threads(requests, account, this, this.#again);
  }

  /** Return the room of a thread, and whether it was made now. */
  room(id: number): { room: Room; isNew: boolean } {
    const known = this.rooms.get(id);
    if (known) return { room: known, isNew: false };
    const room = new Room(id, this.requests, this.changed);
    this.rooms.set(id, room);
    return { room, isNew: true };
  }

  /** Return what the rooms show, by the ids of their threads. */
  snapshot(queue: readonly QueueItem[]): ReadonlyMap<number, RoomSnapshot> {
    const all = [...this.rooms.values()];
    return new Map(all.map((room) => [room.id, room.snapshot(this.threads.get(room.id) ?? null, queue)]));
  }

  take(frame: EventFrame): void {
    const { thread } = frame.event;
    const room = this.rooms.get(thread);
    switch (frame.message) {
      case "message_created_or_updated":
        return this.#takeMessage(thread, frame.data as MessageData);
      case "messages_read": {
        const data = frame.data as { user: AccountId; messages?: number[]; unread?: number };
        const isMe = String(data.user) === String(this.account);
        if (!data.messages) void (room && this.load(room));
        else if (room?.log.noteRead(data.user, data.messages, isMe)) room.touch();
        if (data.unread !== undefined) this.threads.noteUnread(thread, data.unread);
        return;
      }
      case "thread_updated":
        if ("too_large" in frame.data) void this.threads.refresh(thread);
        else this.threads.take(frame.data as Thread);
        return;
      case "flag_raised":
        return this.events.emit("flag", frame.data);
      case "run_corrected":
        return this.events.emit("correction", frame.data);
    }
  }

  #takeMessage(thread: number, data: MessageData): void {
    const room = this.rooms.get(thread);
    if ("deleted" in data) {
      room?.remove(data.id);
      this.threads.noteUnread(thread, data.unread);
      // The thread's last message can be another now.
      void this.threads.refresh(thread);
    } else if ("too_large" in data) {
      void this.threads.refresh(thread);
      if (room) void this.#loadMessage(room, data.id);
    } else {
      const { thread_data: sent, ...message } = data;
      room?.put(message as Message);
      if (sent) this.threads.take(sent as Thread);
      else void this.threads.refresh(thread);
    }
  }

  async #loadMessage(room: Room, id: number): Promise<void> {
    try {
      room.put(await this.requests.request<Message>("GET", `threads/${room.id}/messages/${id}`));
    } catch (error) {
      if ((error as ApiError).isTemporary) void this.load(room);
    }
  }

  takeAside(frame: Frame): void {
    if (frame.message === "thread_someone_is_writing") {
      const { thread, sender_data: account, length } = frame.data;
      if (account?.id !== undefined) this.rooms.get(thread)?.startTyping(account as Account, length);
    } else if (frame.message === "thread_left") {
      this.threads.drop(frame.data.thread);
    } else {
      this.events.emit("frame", frame);
    }
  }

  takeHeads(ids: readonly number[], isFirst: boolean): void {
    const current = new Set(ids);
    for (const id of this.threads.known) {
      if (current.has(id) || this.socket.seen(id) === undefined) continue;
      this.socket.forget(id);
      void this.threads.refresh(id);
    }
    const news = ids.filter((id) => this.socket.seen(id) === undefined);
    for (const id of news) this.joined(id);
    if (isFirst) {
      void this.threads.reload();
      this.#again.now();
    } else {
      for (const id of news) void this.threads.refresh(id);
    }
  }

  /** A number of an event of the thread is known now: what was loaded without one may miss some events. */
  joined(id: number): void {
    if (this.rooms.get(id)?.isLoaded) this.resync(id);
  }

  /** Load the newest messages of a room, and who has read them. */
  async load(room: Room): Promise<void> {
    const known = this.socket.seen(room.id);
    await room.load();
    const key = `room:${room.id}`;
    if (room.error) {
      this.#again.failed(key, room.error, () => this.rooms.get(room.id) === room && this.load(room));
      return;
    }
    this.#again.succeeded(key);
    if (!this.socket.covers(room.id, room.head, known)) return this.load(room);
    const seq = this.socket.seen(room.id) ?? room.head ?? 0;
    await room.loadReceipts(seq, this.account).catch(() => {});
  }

  /** Mark messages of a room as read: here at once, on the server when it can be reached. Rejects if it refuses. */
  async markRead(room: Room, ids: readonly number[]): Promise<void> {
    room.log.noteRead(this.account, ids, true);
    room.touch();
    this.#read.set(room.id, Math.max(ids.at(-1) ?? 0, this.#read.get(room.id) ?? 0));
    await this.sendRead();
  }

  /** Send the read marks that the server does not know yet. */
  async sendRead(): Promise<void> {
    for (const [thread, upTo] of this.#read) {
      try {
        await this.requests.request("POST", `threads/${thread}/read`, { body: { up_to: upTo } });
      } catch (error) {
        if (error instanceof ApiError && error.isTemporary) return;
        this.#read.delete(thread);
        throw error;
      }
      if (this.#read.get(thread) === upTo) this.#read.delete(thread);
    }
  }

  /** Load again what the client may have missed of a thread. */
  resync(id: number): void {
    const room = this.rooms.get(id);
    if (room) void this.load(room);
    void this.threads.refresh(id);
    this.threads.unread.loadSoon();
  }

  dropped(id: number): void {
    this.socket.forget(id);
    this.rooms.get(id)?.close();
    this.rooms.delete(id);
  }

  stored(id: number, sent: SentMessage | null): void {
    if (!sent) {
      void this.threads.refresh(id);
      return;
    }
    const { thread_data: shown, answers: _, ...message } = sent;
    this.rooms.get(id)?.put(message as Message);
    this.threads.takeResponse(shown, this.threads.revision(id));
  }

  /** Load nothing any more. */
  stop(): void {
    this.#again.stop();
    this.threads.stop();
    for (const room of this.rooms.values()) room.close();
  }
}
