/** The editor of a script in the admin. Without this module the page has the script as text. */

import { Card } from "./card.js";
import { Chooser } from "./chooser.js";
import { ConditionElement } from "./condition.js";
import { Page } from "./page.js";
import { PreviewElement } from "./preview.js";
import { Saving } from "./saving.js";
import { Editor, type PageData } from "./store.js";

/** Define the parts of the editor. */
export function define(): void {
  for (const [name, element] of Object.entries({
    "script-card": Card,
    "script-chooser": Chooser,
    "script-condition": ConditionElement,
    "script-preview": PreviewElement,
  }))
    if (!customElements.get(name)) customElements.define(name, element);
}

/** How often the page asks whether somebody else has saved the script, in ms. */
const LOOK_EVERY = 20_000;

/** Look for what others save: from time to time while the page is seen, and whenever it is seen again. */
function watch(saving: Saving): void {
  const look = (): void => {
    if (document.visibilityState === "visible") void saving.look();
  };
  setInterval(look, LOOK_EVERY);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
}

/** Start the editor in `root`, in the place of `fallback`. */
export function start(root: HTMLElement, fallback: HTMLElement, data: PageData): Editor {
  define();
  const editor = new Editor(data);
  const saving = new Saving(editor, `chat_api.script ${location.pathname}`);
  const page = new Page(root, editor, saving);
  fallback.hidden = true;
  root.hidden = false;
  saving.findKept();
  watch(saving);
  page.draw();
  addEventListener("beforeunload", (event) => {
    if (!saving.isSaved || editor.unfinishedCount) event.preventDefault();
  });
  const open = (): void => {
    const qid = /^#question-(-?\d+)$/.exec(location.hash)?.[1];
    if (qid) editor.show(Number(qid));
  };
  addEventListener("hashchange", open);
  open();
  return editor;
}

const root = document.getElementById("script-editor");
const fallback = document.getElementById("script-text");
const text = document.getElementById("script-data")?.textContent;
if (root && fallback && text) start(root, fallback, JSON.parse(text) as PageData);
