/** Starting a conversation: with a published script, or without one. */

import { html, render } from "./lit.js";
import type { ChatClient, Page, Schema } from "../index.js";
import { openDialog } from "./dialogs.js";
import { sentenceOf } from "./errors.js";
import { lib } from "./library.js";
import type { Texts } from "./texts.js";

type Script = Pick<Schema, "id" | "name">;

interface StartHost {
  readonly api: ChatClient;
  readonly words: Texts;
  readonly type: string;
  /** Whether a conversation can start without a script. */
  readonly canWrite: boolean;
  readonly renderRoot: ShadowRoot;
  open(thread: number): void;
}

const QUERY = { fields: "id,name", published: true, deprecated: false, limit: 50, ordering: "name" };

export class StartPanel {
  constructor(private readonly host: StartHost) {}

  /** Ask what the conversation is about, and start it. */
  async open(): Promise<void> {
    const { renderRoot, words } = this.host;
    const dialog = openDialog(renderRoot, "", "", words.get("new_conversation"));
    this.#draw(dialog, null);
    const page = await this.host.api
      .request<Page<Script>>("GET", "schemas/automated_flow", { query: QUERY })
      .catch(() => []);
    this.#draw(dialog, lib().resultsOf(page));
  }

  #draw(dialog: HTMLDialogElement, scripts: readonly Script[] | null, problem = ""): void {
    const { words, canWrite } = this.host;
    const start = (script: Script | null) => void this.#start(dialog, scripts, script);
    render(
      html`<form method="dialog" class="start" dir=${words.isRightToLeft ? "rtl" : "ltr"}>
        <h2>${words.get("new_conversation")}</h2>
        ${problem ? html`<p class="error" role="alert">${problem}</p>` : ""}
        ${scripts === null ? html`<p aria-busy="true">${words.get("loading")}</p>` : ""}
        ${scripts?.map((script) => html`<button type="button" dir="auto" @click=${() => start(script)}>${script.name}</button>`)}
        ${canWrite ? html`<button type="button" @click=${() => start(null)}>${words.get("just_write")}</button>` : ""}
        ${!canWrite && scripts?.length === 0 ? html`<p>${words.get("nothing_found")}</p>` : ""}
        <p class="acts"><button value="">${words.get("cancel")}</button></p>
      </form>`,
      dialog,
    );
  }

  async #start(
    dialog: HTMLDialogElement,
    scripts: readonly Script[] | null,
    script: Script | null,
  ): Promise<void> {
    dialog.inert = true;
    try {
      const body = script ? ({ state: "scripted", schema: script.id, title: script.name } as const) : {};
      const { id } = await this.host.api.startThread(this.host.type, body);
      dialog.close();
      this.host.open(id);
    } catch (error) {
      dialog.inert = false;
      this.#draw(dialog, scripts, sentenceOf(error, this.host.words));
    }
  }
}
