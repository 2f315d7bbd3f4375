/** The bar above the parts of the editor: undo, finding, folding, and whether the script is saved. */

import { html, nothing } from "./lit.js";
import { button, textField } from "./fields.js";
import type { Saving, Status } from "./saving.js";
import type { Editor } from "./store.js";

/** What the controls of the bar do. */
export interface BarActions {
  find(text: string): void;
  /** Open the first question that is found. */
  enter(): void;
  step(isRedo: boolean): void;
  unfold(isOpen: boolean): void;
  /** Go to the comparison of two versions. */
  compare(): void;
}

const TO_SAVE: readonly Status[] = ["waiting", "refused", "offline"];
const CLOSED: readonly Status[] = ["published", "in_use"];

export function barView(editor: Editor, saving: Saving, actions: BarActions): unknown {
  const { t } = editor;
  const { past, future } = editor.history;
  return html`<div class="ed-bar">
    <div class="ed-row" role="toolbar" aria-label=${t("tools")}>
      ${button(t("undo"), () => actions.step(false), { isDisabled: !past.length, classes: "ed-undo" })}
      ${button(t("redo"), () => actions.step(true), { isDisabled: !future.length, classes: "ed-redo" })}
      ${textField({
        id: "ed-find",
        label: t("find"),
        isLabelHidden: true,
        placeholder: t("find"),
        value: editor.filter,
        set: (text) => actions.find(text),
        enter: () => actions.enter(),
      })}
      ${button("+", () => editor.add(editor.script.questions.length), { label: t("add_at_end") })}
      ${button(t("unfold_all"), () => actions.unfold(true))}
      ${button(t("fold_all"), () => actions.unfold(false))}
    </div>
    <p class="ed-status ed-is-${saving.status}" role="status">${statusView(editor, saving, actions)}</p>
  </div>`;
}

function statusView(editor: Editor, saving: Saving, actions: BarActions): unknown {
  const { t } = editor;
  const { status } = saving;
  const unfinished = editor.unfinishedCount;
  if (status === "saved" && unfinished) return t("status_unfinished", { count: unfinished });
  return html`${t(`status_${status}`, { count: editor.refused.length })}
  ${TO_SAVE.includes(status) ? button(t("save_now"), () => void saving.save()) : nothing}
  ${status === "conflict" ? button(t("compare"), () => actions.compare()) : nothing}
  ${CLOSED.includes(status) ? button(t("copy_changes"), () => void saving.copy()) : nothing}`;
}
