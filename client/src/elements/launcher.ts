/** A bubble in the corner of the page, which opens the conversations. */

import { html, nothing } from "./lit.js";
import type { ApiError, Snapshot, Thread } from "../index.js";
import { UnreadNumbers, unreadOf } from "./badges.js";
import { ChatElement } from "./base.js";
import type { Changes, PropertyDeclarations } from "./drawn.js";
import { icon } from "./icons.js";
import { onNotification } from "./push.js";
import type { ThreadsElement } from "./threads.js";

/** Changes within so many milliseconds are loaded at once. */
const SOON = 300;

/**
 * A bubble in the corner of the page that opens a conversation, or all of a type.
 *
 * @tagname dca-launcher
 * @attr {string} type - The type of the threads; default: `chat`.
 * @attr {number} thread - Only this thread.
 * @attr {boolean} can-start - As for `dca-threads`.
 * @attr {boolean} can-write - As for `dca-threads`.
 * @attr {boolean} open - Whether the pop-up is open.
 * @attr {string} label - What the bubble is called; default: "Messages".
 * @fires unread-change - The numbers of unread threads and messages have changed; they are in `detail`.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
export class LauncherElement extends ChatElement {
  static override properties: PropertyDeclarations = {
    ...ChatElement.properties,
    type: {},
    thread: { type: Number },
    canStart: { type: Boolean },
    canWrite: { type: Boolean },
    open: { type: Boolean, reflect: true },
    label: {},
  };
  static override sheets = ["launcher"];

  declare type: string;
  declare thread: number | null;
  declare canStart: boolean;
  declare canWrite: boolean;
  /** Whether the pop-up is open. */
  declare open: boolean;
  declare label: string;

  readonly #unread = new UnreadNumbers((counts) => this.emit("unread-change", counts));
  /** The totals that the numbers of the only thread belong to. */
  #seen: Snapshot["unread"] = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.type = "chat";
    this.thread = null;
    this.canStart = this.canWrite = this.open = false;
    this.label = "";
  }

  protected select(snapshot: Snapshot): readonly unknown[] {
    if (this.thread === null) return [unreadOf(snapshot, this.type)];
    return [snapshot.unread, snapshot.rooms.get(this.thread)?.thread?.unread, snapshot.connection];
  }

  protected override started(signal: AbortSignal): void {
    onNotification((thread) => void this.#show(thread), signal);
  }

  /** Show what a notification is about. */
  async #show(thread: number): Promise<void> {
    if (this.thread !== null && this.thread !== thread) return;
    this.open = true;
    await this.updateComplete;
    this.renderRoot.querySelector<ThreadsElement>("dca-threads")?.open(thread);
  }

  protected override stopped(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#seen = null;
    this.#unread.take(null);
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed);
    const snapshot = this.chat?.getSnapshot();
    if (!snapshot) return;
    if (this.thread === null) return this.#unread.take(unreadOf(snapshot, this.type));
    const shown = snapshot.rooms.get(this.thread)?.thread?.unread;
    if (shown !== undefined) this.#takeUnread(shown);
    // Whatever changes the totals can have changed the only thread.
    else if (changed.has("thread") || snapshot.unread !== this.#seen) this.#loadSoon(snapshot.unread);
  }

  /** Load the number of the only thread, once for all changes within a short while. */
  #loadSoon(seen: Snapshot["unread"]): void {
    this.#seen = seen;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.thread !== null && this.chat) void this.#load(this.thread);
    }, SOON);
  }

  async #load(thread: number): Promise<void> {
    try {
      const query = { fields: "unread" };
      const loaded = await this.api.request<Pick<Thread, "unread">>("GET", `threads/${thread}`, { query });
      if (thread === this.thread) this.#takeUnread(loaded.unread);
    } catch (error) {
      if ([403, 404].includes((error as ApiError).status)) this.#takeUnread(0);
      // The next change loads it again, for example that of the connection.
      else this.#seen = null;
    }
    this.requestUpdate();
  }

  #takeUnread(messages: number): void {
    this.#unread.take({ threads: Number(messages > 0), messages });
  }

  protected view(): unknown {
    const count = this.#unread.now?.messages ?? 0;
    const number = this.texts?.number(count) ?? "";
    const label = this.label || this.t("messages");
    return html`
      <button
        class="bubble"
        aria-expanded=${this.open}
        aria-label=${count ? `${label}, ${number} ${this.t("unread", { n: count })}` : label}
        @click=${
          // Not at the second click of a double click.
          ({ detail }: MouseEvent) => detail < 2 && this.toggle()
        }
      >
        ${icon(this.open ? "M6 6l12 12M18 6L6 18" : "M4 5h16v11H9l-5 4z")}
        ${count && !this.open ? html`<span class="badge">${number}</span>` : nothing}
      </button>
      ${
        this.open
          ? html`<section
              class="pop-up"
              aria-label=${label}
              @unread-change=${(event: Event) => event.stopPropagation()}
              @keydown=${(event: KeyboardEvent) => event.key === "Escape" && !event.defaultPrevented && this.toggle()}
            >
              <button class="plain close" aria-label=${this.t("close")} @click=${() => this.toggle()}>
                ${icon("M6 9l6 6 6-6")}
              </button>
              ${
                this.thread === null
                  ? html`<dca-threads
                      .type=${this.type}
                      .client=${this.chat}
                      .strings=${this.strings}
                      .canStart=${this.canStart}
                      .canWrite=${this.canWrite}
                      lang=${this.words.language}
                    ></dca-threads>`
                  : html`<dca-thread
                      .thread=${this.thread}
                      .client=${this.chat}
                      .strings=${this.strings}
                      lang=${this.words.language}
                    ></dca-thread>`
              }
            </section>`
          : nothing
      }
    `;
  }

  /** Open the pop-up, or close it. */
  toggle(): void {
    this.open = !this.open;
    void this.updateComplete.then(() => {
      const target = this.open ? ".close" : ".bubble";
      this.renderRoot.querySelector<HTMLElement>(target)?.focus();
    });
  }
}
