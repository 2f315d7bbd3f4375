/** The conversation that an element has open: it is read while it is seen, and what arrives is announced. */

import type { Connection, LoggedMessage, RoomSnapshot, Snapshot } from "../index.js";
import { ChatElement } from "./base.js";
import type { Changes } from "./drawn.js";
import { lib } from "./library.js";
import { nameOf, timeOf } from "./people.js";
import { showing } from "./rooms.js";

/** So long are messages held back until their thread is there, so that both are drawn at once, in milliseconds. */
const TOGETHER = 1_000;

/** By connection, the text that says why nothing arrives. */
export const AWAY: Partial<Record<Connection, string>> = { waiting: "reconnecting", offline: "offline" };

export abstract class RoomElement extends ChatElement {
  abstract thread: number | null;
  /** The first message that was unread when the thread was opened. */
  protected firstUnread: number | null = null;
  /** Whether the user cannot read the thread, or no longer. */
  protected isGone = false;
  /** The thread that is open; undefined while the element has no client. */
  #opened: number | null | undefined;
  #close = () => {};
  #newest = 0;
  #wasLoaded = false;
  /** Whether the thread takes longer than its messages, which are shown without it then. */
  #isLate = false;

  /** The state of the thread. @internal */
  get room(): RoomSnapshot | undefined {
    return this.thread === null ? undefined : this.chat?.getSnapshot().rooms.get(this.thread);
  }

  protected select({ rooms, connection }: Snapshot): readonly unknown[] {
    const room = this.thread === null ? undefined : rooms.get(this.thread);
    // The client drops a room that the user cannot read, or no longer.
    const isGone = !room && this.thread !== null && this.#opened === this.thread;
    if (isGone && !this.isGone) this.emit("thread-left", { thread: this.thread });
    this.isGone = isGone;
    const isReady = this.isReady(room);
    // The draft changes at every key, and is drawn by the form alone.
    return [
      room?.parts,
      room?.pending,
      isReady && room.thread,
      room?.typing.length,
      room?.isLoaded,
      isReady && room.isLoading,
      room?.error,
      AWAY[connection],
    ];
  }

  protected override started(signal: AbortSignal): void {
    this.#open();
    document.addEventListener("visibilitychange", this.#seen, { signal });
    addEventListener("focus", this.#seen, { signal });
  }

  protected override stopped(): void {
    this.shut();
  }

  #open(): void {
    const { api, thread } = this;
    this.#opened = thread;
    if (thread === null) return;
    this.#close = showing(
      api,
      `thread:${thread}`,
      () => api.openThread(thread),
      () => api.closeThread(thread),
    );
    // What writes times takes long to load where it is used first; meanwhile the messages are on their way.
    setTimeout(() => timeOf(new Date(), this.words));
  }

  /** Leave the thread. What belongs to it is forgotten. */
  protected shut(): void {
    this.#opened = undefined;
    this.firstUnread = null;
    this.#close();
    this.#close = () => {};
    this.#wasLoaded = this.isGone = this.#isLate = false;
    this.#newest = 0;
  }

  protected reopen(): void {
    this.shut();
    this.#open();
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed);
    if (this.#opened !== undefined && this.#opened !== this.thread) this.reopen();
    const { room } = this;
    if (this.isReady(room) && !this.#wasLoaded) {
      this.#wasLoaded = true;
      const unread = room.parts.flat().find((message) => !message.is_read && !message.is_own);
      this.firstUnread = unread?.id ?? null;
      this.#newest = room.parts.at(-1)?.at(-1)?.id ?? 0;
    }
  }

  protected isReady(room: RoomSnapshot | undefined): room is RoomSnapshot {
    return Boolean(room?.isLoaded && (room.thread || this.#isLate));
  }

  protected override updated(): void {
    const { room } = this;
    if (!room?.isLoaded) return;
    const { id } = room;
    if (this.isReady(room)) {
      this.#announceNew(room);
      this.#seen();
    } else
      setTimeout(() => {
        this.#isLate = id === this.thread;
        this.requestUpdate();
      }, TOGETHER);
  }

  #announceNew(room: RoomSnapshot): void {
    const newest = room.parts.at(-1)?.at(-1)?.id ?? 0;
    if (newest <= this.#newest) return;
    const arrived = (room.parts.at(-1) ?? []).filter(
      (message) => message.id > this.#newest && !message.is_own,
    );
    this.#newest = newest;
    if (!arrived.length) return;
    const names = (message: LoggedMessage) =>
      message.sender === null ? this.t("script") : nameOf(message.sender_data, this.words);
    this.announce(arrived.map((message) => `${names(message)}: ${lib().plainText(message)}`).join(" "));
  }

  readonly #seen = () => {
    const { room } = this;
    if (document.hidden || !this.isReady(room) || !this.checkVisibility?.()) return;
    void this.api.markRead(room.id).catch(() => {});
  };
}
