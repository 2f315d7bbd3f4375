/** A bubble in the corner of the page, which opens the conversations. */

import { html, nothing } from "./lit.js";
import type { Snapshot } from "../index.js";
import { ChatElement } from "./base.js";
import type { PropertyDeclarations } from "./drawn.js";
import { icon } from "./icons.js";

/**
 * A bubble in the corner of the page that opens a conversation, or all of a type.
 *
 * @tagname dca-launcher
 * @attr {string} type - The type of the threads; default: `chat`.
 * @attr {number} thread - Only this thread.
 * @attr {boolean} can-start - A button that starts a conversation.
 * @attr {boolean} open - Whether the pop-up is open.
 * @attr {string} label - What the bubble is called; default: "Messages".
 * @fires unread-change - From the list in the pop-up: the numbers of unread threads and messages have changed.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
export class LauncherElement extends ChatElement {
  static override properties: PropertyDeclarations = {
    ...ChatElement.properties,
    type: {},
    thread: { type: Number },
    canStart: { type: Boolean, attribute: "can-start" },
    open: { type: Boolean, reflect: true },
    label: {},
  };
  static override sheets = ["launcher"];

  declare type: string;
  declare thread: number | null;
  declare canStart: boolean;
  /** Whether the pop-up is open. */
  declare open: boolean;
  declare label: string;

  constructor() {
    super();
    this.type = "chat";
    this.thread = null;
    this.canStart = this.open = false;
    this.label = "";
  }

  protected select({ unread, rooms }: Snapshot): readonly unknown[] {
    return [unread?.messages, this.thread !== null && rooms.get(this.thread)?.thread?.unread];
  }

  protected view({ unread }: Snapshot): unknown {
    const count = unread?.messages ?? 0;
    const number = this.texts?.number(count) ?? "";
    const label = this.label || this.t("messages");
    return html`
      <button
        type="button"
        class="bubble"
        aria-expanded=${this.open}
        aria-label=${count ? `${label}, ${number} ${this.t("unread", { n: count })}` : label}
        @click=${() => this.toggle()}
      >
        ${icon(this.open ? "M6 6l12 12M18 6L6 18" : "M4 5h16v11H9l-5 4z")}
        ${count && !this.open ? html`<span class="badge">${number}</span>` : nothing}
      </button>
      ${
        this.open
          ? html`<section
              class="pop-up"
              aria-label=${label}
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
