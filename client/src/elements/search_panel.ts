/** Searching in a thread. */

import { html, nothing } from "./lit.js";
import type { FoundMessage } from "../index.js";
import { sentenceOf } from "./errors.js";
import { foundView } from "./message_view.js";
import { nameOf, whenOf } from "./people.js";
import type { ThreadHost } from "./thread_host.js";

const PAUSE = 300;

export class SearchPanel {
  isOpen = false;
  #query = "";
  #found: readonly FoundMessage[] | null = null;
  #error = "";
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ThreadHost) {}

  reset(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.isOpen = false;
    this.#query = this.#error = "";
    this.#found = null;
  }

  /** Open the panel, or close it. */
  readonly toggle = (): void => {
    const opens = !this.isOpen;
    this.reset();
    this.isOpen = opens;
    this.host.refresh();
    void this.host.updateComplete.then(() =>
      this.host.renderRoot
        .querySelector<HTMLElement>(opens ? ".search input" : "header .search-button")
        ?.focus(),
    );
  };

  view(): unknown {
    if (!this.isOpen) return nothing;
    const { words } = this.host;
    return html`<search
      class="search"
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.toggle()}
    >
      <input
        type="search"
        dir="auto"
        aria-label=${words.get("search")}
        placeholder=${words.get("search")}
        enterkeyhint="search"
        .value=${this.#query}
        @input=${this.#typed}
      />
      <p class="hint" role="status">${this.#note()}</p>
      <ul>
        ${this.#found?.map(
          (message) =>
            html`<li>
              <button class="plain" @click=${() => void this.host.showMessage(message.id)}>
                <span class="hint"
                  >${message.sender === null ? words.get("script") : nameOf(message.sender_data, words)} ·
                  ${whenOf(message.created, words)}</span
                >
                <span dir="auto">${foundView(message)}</span>
              </button>
            </li>`,
        )}
      </ul>
    </search>`;
  }

  #note(): string {
    if (this.#error) return this.#error;
    return this.#found ? this.host.words.get("found", { n: this.#found.length }) : "";
  }

  readonly #typed = (event: Event) => {
    this.#query = (event.target as HTMLInputElement).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#search(), PAUSE);
  };

  async #search(): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const { thread } = this.host;
    const q = this.#query.trim();
    this.#error = "";
    try {
      const found = q && thread !== null ? await this.host.api.search(thread, q, abort.signal) : null;
      if (abort.signal.aborted) return;
      this.#found = found;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#found = null;
      this.#error = sentenceOf(error, this.host.words);
    }
    this.host.refresh();
  }
}
