/** What those see of a conversation who look after others: its flags, and who looks after it. */

import { html, nothing } from "./lit.js";
import type { Page, Run } from "../index.js";
import { icon } from "./icons.js";
import { lib } from "./library.js";
import type { ThreadHost } from "./thread_host.js";

export class ThreadStaff {
  #flags: Run["flags"] = [];
  #loaded: number | null = null;

  constructor(
    private readonly host: ThreadHost,
    private readonly attempt: (act: () => Promise<unknown>) => void,
  ) {}

  reset(): void {
    this.#flags = [];
    this.#loaded = null;
  }

  view(): unknown {
    const { words, api, room, staff } = this.host;
    const thread = room?.thread;
    if (!staff || !thread) return nothing;
    if (this.#loaded !== thread.id) void this.#load(thread.id);
    const names = [...new Set(this.#flags?.map(({ label, name }) => label || name))];
    const isMine = String(thread.assigned_to) === String(api.account);
    const assign = () => this.attempt(() => api.assign(thread.id, isMine ? null : api.account));
    return html`${
        names.length
          ? html`<p class="flag">
              ${icon("M5 21V4h12l-2 4 2 4H5")} <span dir="auto">${words.list(names)}</span>
            </p>`
          : nothing
      }
      <button class="chip" aria-pressed=${isMine} @click=${assign}>
        ${words.get(isMine ? "unassign" : "assign")}
      </button>`;
  }

  async #load(thread: number): Promise<void> {
    this.#loaded = thread;
    const page = await this.host.api.request<Page<Run>>("GET", `threads/${thread}/runs`).catch(() => []);
    if (thread !== this.#loaded) return;
    const runs = lib().resultsOf(page);
    this.#flags = runs.flatMap(({ flags = [] }) => flags.filter(({ cleared }) => cleared === null));
    this.host.refresh();
  }
}
