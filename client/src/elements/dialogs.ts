/** Questions before something is lost, pictures and more: dialogs of the browser, in the root of an element. */

import { html, render } from "./lit.js";
import { icon } from "./icons.js";
import type { Texts } from "./texts.js";

/** Open a dialog, which is removed when it closes. */
export function openDialog(
  root: DocumentFragment | HTMLElement,
  content: unknown,
  className: string,
  label: string,
): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = className;
  dialog.setAttribute("aria-label", label);
  render(content, dialog);
  root.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.showModal();
  return dialog;
}

/** Ask before something is done. Return whether the user wants it. */
export function confirmed(
  root: DocumentFragment | HTMLElement,
  question: string,
  action: string,
  texts: Texts,
): Promise<boolean> {
  const content = html`<form method="dialog" dir=${texts.isRightToLeft ? "rtl" : "ltr"}>
    <p>${question}</p>
    <p class="acts">
      <button value="">${texts.get("cancel")}</button>
      <button value="yes" class="primary">${action}</button>
    </p>
  </form>`;
  const dialog = openDialog(root, content, "question", question);
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes")),
  );
}

/** Show a picture as large as the page. */
export function showPicture(
  root: DocumentFragment | HTMLElement,
  src: string,
  title: string,
  texts: Texts,
): void {
  const content = html`<form method="dialog">
    <button class="close" aria-label=${texts.get("close")}>${icon("M6 6l12 12M18 6L6 18")}</button>
    <img src=${src} alt=${title} />
    ${title ? html`<p dir="auto">${title}</p>` : ""}
  </form>`;
  openDialog(root, content, "lightbox", title || texts.get("picture"));
}
