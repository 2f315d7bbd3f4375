/** Starting a conversation: with a published script, or without one. */

import { html, render } from "./lit.js";
import type { ChatClient, Page, Schema } from "../index.js";
import { sentenceOf } from "./errors.js";
import type { Texts } from "./texts.js";

type Script = Pick<Schema, "id" | "name">;

interface StartHost {
  readonly api: ChatClient;
  readonly words: Texts;
  readonly type: string;
  readonly renderRoot: ShadowRoot;
  open(thread: number): void;
}

const QUERY = { fields: "id,name", published: true, deprecated: false, limit: 50, ordering: "name" };

export class StartPanel {
  constructor(private readonly host: StartHost) {}

  /** Ask what the conversation is about, and start it. */
  async open(): Promise<void> {
    const dialog = document.createElement("dialog");
    dialog.addEventListener("close", () => dialog.remove());
    this.host.renderRoot.append(dialog);
    this.#draw(dialog, null);
    dialog.showModal();
    const page = await this.host.api
      .request<Page<Script>>("GET", "schemas/automated_flow", { query: QUERY })
      .catch(() => []);
    this.#draw(dialog, "results" in page ? page.results : page);
  }

  #draw(dialog: HTMLDialogElement, scripts: readonly Script[] | null, problem = ""): void {
    const { words } = this.host;
    const start = (script: Script | null) => void this.#start(dialog, scripts, script);
    dialog.setAttribute("aria-label", words.get("new_conversation"));
    render(
      html`<form method="dialog" class="start" dir=${words.isRightToLeft ? "rtl" : "ltr"}>
        <h2>${words.get("new_conversation")}</h2>
        ${problem ? html`<p class="error" role="alert">${problem}</p>` : ""}
        ${scripts === null ? html`<p aria-busy="true">${words.get("loading")}</p>` : ""}
        ${scripts?.map((script) => html`<button type="button" dir="auto" @click=${() => start(script)}>${script.name}</button>`)}
        <button type="button" @click=${() => start(null)}>${words.get("just_write")}</button>
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
    for (const button of dialog.querySelectorAll("button")) button.disabled = true;
    try {
      const body = script ? ({ state: "scripted", schema: script.id, title: script.name } as const) : {};
      const { id } = await this.host.api.startThread(this.host.type, body);
      dialog.close();
      this.host.open(id);
    } catch (error) {
      for (const button of dialog.querySelectorAll("button")) button.disabled = false;
      this.#draw(dialog, scripts, sentenceOf(error, this.host.words));
    }
  }
}
