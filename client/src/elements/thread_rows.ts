/** The rows of a list of conversations: who is in them, what was said last, and what is unread. */

import { html, nothing } from "./lit.js";
import type { ChatClient, Thread, ThreadListSnapshot } from "../index.js";
import { keyed } from "./keyed.js";
import { lib } from "./library.js";
import { personView, scriptView } from "./message_view.js";
import { namesOf, othersIn, type Person, titleOf, whenOf } from "./people.js";
import type { Texts } from "./texts.js";

interface RowHost {
  readonly api: ChatClient;
  readonly words: Texts;
  readonly thread: number | null;
  open(thread: number): void;
}

/** Draw a list that is there or on its way; `more` loads its next page. */
export function rowsView(
  host: RowHost,
  list: ThreadListSnapshot,
  isFiltered: unknown,
  more: () => void,
): unknown {
  const { words } = host;
  if (!list.isLoaded)
    return html`<p class="skeleton" aria-busy="true"></p>
      <p class="skeleton"></p>`;
  if (!list.threads.length)
    return html`<p class="notice">${words.get(isFiltered ? "nothing_found" : "no_conversations")}</p>`;
  return html`<ul>
      ${keyed(
        list.threads,
        ({ id }) => id,
        (thread) => rowView(host, thread),
      )}
    </ul>
    ${
      list.hasMore
        ? html`<button class="link" ?disabled=${list.isLoading} @click=${more}>
            ${words.get(list.isLoading ? "loading" : "more")}
          </button>`
        : nothing
    }`;
}

function rowView(host: RowHost, thread: Thread): unknown {
  const { api, words } = host;
  const last = thread.last_message_data;
  const isCurrent = thread.id === host.thread;
  const others = othersIn(thread, api.account);
  const names = thread.title ? namesOf(others, words) : "";
  const text =
    (last && lib().plainText(last)) || words.get(last?.has_attachments ? "picture" : "no_messages");
  return html`<li>
    <button
      class=${`row ${isCurrent ? "current" : ""} ${thread.unread ? "is-unread" : ""}`}
      aria-current=${isCurrent ? "true" : nothing}
      @click=${() => host.open(thread.id)}
    >
      ${faceView(thread, others, words)}
      <span class="title" dir="auto"
        >${titleOf(thread, api.account, words)}${names ? html` <span class="with">${names}</span>` : nothing}</span
      >
      <time datetime=${thread.updated}>${whenOf(thread.updated, words)}</time>
      <span class="last" dir="auto">${last?.is_own ? words.get("you_said", { text }) : text}</span>
      ${
        thread.unread
          ? html`<span class="badge"
              >${words.number(thread.unread)}<span class="unseen">
                ${words.get("unread", { n: thread.unread })}</span
              ></span
            >`
          : nothing
      }
    </button>
  </li>`;
}

/** Draw the first of the others; where nobody else is in a conversation with a script, what stands for the script. */
function faceView({ schema }: Thread, [other]: readonly Person[], words: Texts): unknown {
  if (other || schema === null) return personView(other, (src) => src, words);
  return scriptView();
}
