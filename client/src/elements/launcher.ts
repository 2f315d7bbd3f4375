/** A bubble in the corner of the page, which opens the conversations. */

import { html, nothing } from "./lit.js";
import type { Snapshot, Thread } from "../index.js";
import { UnreadNumbers, unreadOf } from "./badges.js";
import { ChatElement } from "./base.js";
import type { Changes, PropertyDeclarations } from "./drawn.js";
import { icon } from "./icons.js";
import { onNotification } from "./push.js";
import type { ThreadsElement } from "./threads.js";

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
  #stop = () => {};

  constructor() {
    super();
    this.type = "chat";
    this.thread = null;
    this.canStart = this.canWrite = this.open = false;
    this.label = "";
  }

  protected select(snapshot: Snapshot): readonly unknown[] {
    return [this.thread === null ? unreadOf(snapshot, this.type) : snapshot.unread];
  }

  protected override started(): void {
    this.#stop = onNotification((thread) => void this.#show(thread));
  }

  /** Show what a notification is about. */
  async #show(thread: number): Promise<void> {
    if (this.thread !== null && this.thread !== thread) return;
    this.open = true;
    await this.updateComplete;
    this.renderRoot.querySelector<ThreadsElement>("dca-threads")?.open(thread);
  }

  protected override stopped(): void {
    this.#stop();
    this.#seen = null;
    this.#unread.take(null);
  }

  protected override willUpdate(changed: Changes): void {
    super.willUpdate(changed);
    const snapshot = this.chat?.getSnapshot();
    if (!snapshot) return;
    if (this.thread === null) this.#unread.take(unreadOf(snapshot, this.type));
    // Whatever changes the totals can have changed the only thread.
    else if (changed.has("thread") || snapshot.unread !== this.#seen)
      void this.#load(this.thread, snapshot.unread);
  }

  async #load(thread: number, seen: Snapshot["unread"]): Promise<void> {
    this.#seen = seen;
    const { unread } = await this.api
      .request<Pick<Thread, "unread">>("GET", `threads/${thread}`, { query: { fields: "unread" } })
      .catch(() => ({ unread: 0 }));
    if (seen !== this.#seen || thread !== this.thread) return;
    this.#unread.take({ threads: Number(unread > 0), messages: unread });
    this.requestUpdate();
  }

  protected view(): unknown {
    const count = this.#unread.now?.messages ?? 0;
    const number = this.texts?.number(count) ?? "";
    const label = this.label || this.t("messages");
    return html`
      <button
        type="button"
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
              <button
                type="button"
                class="plain close"
                aria-label=${this.t("close")}
                @click=${() => this.toggle()}
              >
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
