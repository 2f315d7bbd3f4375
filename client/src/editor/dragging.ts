/** Questions are dragged by their handles, and dropped above or below others. */

import type { Card } from "./card.js";
import type { Editor } from "./store.js";

const DRAGGED = "application/x-question";

function cardAt(event: DragEvent): Card | null {
  return (event.target as Element | null)?.closest<Card>("script-card") ?? null;
}

function isBelow(event: DragEvent, card: Card): boolean {
  const { top, height } = card.getBoundingClientRect();
  return event.clientY > top + height / 2;
}

/** Take what is dropped on the cards in `root`. */
export function takeDrops(root: HTMLElement, editor: Editor): void {
  const clear = (): void => {
    for (const each of root.querySelectorAll(".ed-above, .ed-below"))
      each.classList.remove("ed-above", "ed-below");
  };
  root.addEventListener("dragstart", (event) => {
    const card = cardAt(event);
    if (!card || !(event.target as Element).matches(".ed-handle")) return;
    event.dataTransfer?.setData(DRAGGED, String(card.qid));
    event.dataTransfer?.setDragImage(card, 0, 0);
    card.classList.add("ed-dragged");
  });
  root.addEventListener("dragover", (event) => {
    const card = cardAt(event);
    if (!card || !event.dataTransfer?.types.includes(DRAGGED)) return;
    event.preventDefault();
    clear();
    card.classList.add(isBelow(event, card) ? "ed-below" : "ed-above");
  });
  root.addEventListener("dragend", () => {
    clear();
    for (const each of root.querySelectorAll(".ed-dragged")) each.classList.remove("ed-dragged");
  });
  root.addEventListener("drop", (event) => {
    const card = cardAt(event);
    const isQuestion = event.dataTransfer?.types.includes(DRAGGED);
    const qid = Number(event.dataTransfer?.getData(DRAGGED));
    clear();
    if (!card || !isQuestion) return;
    event.preventDefault();
    if (qid === card.qid) return;
    const from = editor.indexOf(qid);
    const to = editor.indexOf(card.qid) + (isBelow(event, card) ? 1 : 0);
    editor.move(qid, from < to ? to - 1 : to);
    editor.focus(qid, "fold");
  });
}
