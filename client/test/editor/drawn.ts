/** The page of the editor as tests draw it, and a server that gives the answers that they name. */

import { vi } from "vitest";
import { Card } from "../../src/editor/card.js";
import { Chooser } from "../../src/editor/chooser.js";
import { ConditionElement } from "../../src/editor/condition.js";
import type { Script } from "../../src/editor/document.js";
import { setQuestion } from "../../src/editor/edits.js";
import { Page } from "../../src/editor/page.js";
import { Saving } from "../../src/editor/saving.js";
import type { Editor } from "../../src/editor/store.js";
import { editorOf } from "./scripts.js";

for (const [name, element] of Object.entries({
  "script-card": Card,
  "script-chooser": Chooser,
  "script-condition": ConditionElement,
}))
  if (!customElements.get(name)) customElements.define(name, element);

export interface Sent {
  readonly document: Script;
  readonly token: string;
}

/** What was sent since `serve`. */
export const sent: Sent[] = [];
const answers: (() => Response)[] = [];

/** Answer the next request with this. */
export function respond(status: number, body: unknown): void {
  answers.push(() => Response.json(body, { status }));
}

/** Begin with an empty storage, a clock of the test, and a server that cannot be reached. */
export function serve(): void {
  vi.useFakeTimers();
  localStorage.clear();
  sent.length = 0;
  answers.length = 0;
  vi.stubGlobal("fetch", (_url: string, { body }: { body: string }) => {
    sent.push(JSON.parse(body) as Sent);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("offline"));
  });
}

export function shown(script: Script): { editor: Editor; saving: Saving; root: HTMLElement } {
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const editor = editorOf(script);
  const saving = new Saving(editor, "script");
  saving.findKept();
  new Page(root, editor, saving).draw();
  return { editor, saving, root };
}

export function rename(editor: Editor, qid: number, text: string): void {
  editor.edit((script) => setQuestion(script, qid, { text }));
}
