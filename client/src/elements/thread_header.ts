/** The line above a conversation: who is in it, and what can be done. */

import { html, nothing } from "./lit.js";
import { icon } from "./icons.js";
import { pageData } from "./library.js";
import { personView } from "./message_view.js";
import { namesOf, othersIn, titleOf } from "./people.js";
import type { SearchPanel } from "./search_panel.js";
import type { ThreadHost } from "./thread_host.js";
import type { ThreadStaff } from "./thread_staff.js";

/** Draw the line; its slot `before` is for a button that leads back. */
export function headerView(host: ThreadHost, search: SearchPanel, staff: ThreadStaff): unknown {
  const { words, room } = host;
  const thread = room?.thread ?? null;
  const others = thread ? othersIn(thread, host.api.account) : [];
  const names = namesOf(others, words);
  // A script needs nobody else.
  const hint =
    thread?.state === "open" && thread.users_count === 1 ? words.get("nobody_else") : thread?.title && names;
  const title = titleOf(thread, host.api.account, words);
  const print = pageData()?.print;
  return html`<header>
    <slot name="before"></slot>
    ${others[0] ? personView(others[0], (src) => src, words) : nothing}
    <div class="names">
      <h2 dir="auto">${title}</h2>
      ${hint ? html`<p class="hint" dir="auto">${hint}</p>` : nothing}
    </div>
    ${staff.view()}
    <button
      class="plain round search-button"
      aria-expanded=${search.isOpen}
      aria-label=${words.get("search")}
      title=${words.get("search")}
      @click=${search.toggle}
    >
      ${icon("M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM21 21l-5-5")}
    </button>
    ${
      print && host.thread !== null
        ? html`<a
            class="round"
            href="${print}${host.thread}"
            target="_blank"
            aria-label=${words.get("print")}
            title=${words.get("print")}
            >${icon("M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z")}</a
          >`
        : nothing
    }
    <slot name="after"></slot>
  </header>`;
}
