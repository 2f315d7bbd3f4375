/** Messages that the server has not stored yet, and what the user decides about them. */

import { html, nothing, type TemplateResult } from "./lit.js";
import type { QueuedMessage, QueueItem } from "../index.js";
import { textButton } from "./buttons.js";
import { sentenceOf } from "./errors.js";
import { lib } from "./library.js";
import type { ThreadHost } from "./thread_host.js";

type Pending = QueueItem<QueuedMessage>;

export class PendingMessages {
  constructor(
    private readonly host: ThreadHost,
    private readonly fail: (error: unknown) => void,
  ) {}

  view(item: Pending): TemplateResult {
    const { words, api } = this.host;
    const { draft } = item.data;
    const { files = [] } = draft;
    const text =
      draft.shown ??
      draft.text ??
      (draft.skip ? words.get("skipped") : draft.break_state ? words.get("stopped") : "");
    const waits = item.state === "confirm" || item.state === "refused";
    const state = { queued: "queued", sending: "sending", confirm: "moved_on", refused: "not_sent" }[
      item.state
    ];
    return html`<article class="message own pending first last" data-pending=${item.id}>
      <div class="body">
        <p class="unseen">${words.get("you")}</p>
        <div class="bubble">
          <div class="text" dir="auto">${text}</div>
          ${files.map(({ file, title }) => html`<p class="attached" dir="auto">${title || (file as File).name || words.get("file")}</p>`)}
          ${
            files.length && !waits
              ? html`<progress
                  max="1"
                  .value=${item.progress}
                  aria-label=${words.get("uploading")}
                ></progress>`
              : nothing
          }
          <p class="meta">${words.get(state)}</p>
        </div>
        ${waits ? html`<p class="error">${this.#reason(item)}</p>` : nothing}
        ${
          waits || files.length || item.state === "queued"
            ? html`<p class="acts">
                ${
                  waits && text
                    ? textButton(words.get(item.state === "confirm" ? "send_as_message" : "retry"), () =>
                        this.#resend(item),
                      )
                    : nothing
                }
                ${textButton(words.get(waits ? "discard" : "cancel"), () => api.discard(item.id))}
              </p>`
            : nothing
        }
      </div>
    </article>`;
  }

  #reason({ state, refusal }: Pending): string {
    const { words } = this.host;
    if (state === "confirm") return words.get("moved_on_question");
    return sentenceOf(new (lib().ApiError)(refusal?.status ?? 400, refusal?.body ?? null), words);
  }

  async #resend({ id, data: { thread, draft } }: Pending): Promise<void> {
    const { api } = this.host;
    await api.discard(id);
    const { files } = draft;
    const again = { text: draft.text ?? draft.shown ?? "", ...(files ? { files } : {}) };
    api.send(thread, again).done.catch(this.fail);
  }
}
