/** The page of the editor: its bar, its views, the cards, and the preview beside them. */

import { html, nothing, render, repeat } from "./lit.js";
import { barView } from "./bar.js";
import { Card } from "./card.js";
import { conflictView, keptView } from "./conflict.js";
import type { Question } from "./document.js";
import { takeDrops } from "./dragging.js";
import { button } from "./fields.js";
import { findingsView } from "./findings.js";
import { groupsView } from "./groups.js";
import { Removing } from "./removing.js";
import { rulesView } from "./rules.js";
import type { Saving } from "./saving.js";
import type { Editor, View } from "./store.js";
import {
  emptyTranslations,
  entriesOf,
  languagesOf,
  type TranslationsState,
  translationsView,
} from "./translations.js";

/** How long what the page says is shown, in ms. */
const SHOWN_FOR = 10_000;
const VIEWS: readonly View[] = ["questions", "translations", "rules", "groups"];

/** A line of the list: the title of a group where it begins, or a question. */
type Item =
  | { readonly key: string; readonly group: string; readonly count: number }
  | { readonly key: string; readonly question: Question };

export class Page {
  readonly #translations: TranslationsState = emptyTranslations();
  readonly #removing: Removing;
  #said = "";
  #saidTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a pointer is pressed: nothing moves below it before the click. */
  #isPressed = false;
  #isDue = false;

  constructor(
    readonly root: HTMLElement,
    readonly editor: Editor,
    readonly saving: Saving,
  ) {
    this.#removing = new Removing(root, editor);
    editor.addEventListener("change", () => this.draw());
    editor.addEventListener("show", (event) => this.#scrollTo((event as CustomEvent<number>).detail));
    editor.addEventListener("focus-part", (event) =>
      this.#focus((event as CustomEvent<{ qid: number; key: string }>).detail),
    );
    editor.addEventListener("say", (event) => {
      this.#say((event as CustomEvent<string>).detail);
    });
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focusout", () => editor.settle());
    root.addEventListener("pointerdown", () => (this.#isPressed = true));
    root.addEventListener("click", () => (this.#isPressed = false), { capture: true });
    for (const name of ["pointerup", "pointercancel", "dragend"])
      addEventListener(name, () => setTimeout(() => this.#release()));
    takeDrops(root, editor);
  }

  /** Draw what has changed while a pointer was pressed. */
  #release(): void {
    this.#isPressed = false;
    if (this.#isDue) this.draw();
  }

  draw(): void {
    const { editor } = this;
    this.#isDue = this.#isPressed;
    if (this.#isPressed) return;
    render(
      html`${this.#bar()} ${keptView(editor, this.saving)} ${conflictView(editor, this.saving)}
        ${this.#removing.view()}
        <div class="ed-main">
          <div class="ed-panel" role="tabpanel" id="ed-panel" aria-labelledby="ed-tab-${editor.view}">
            ${findingsView(editor)} ${this.#view()}
          </div>
          <script-preview class="ed-preview" .editor=${editor}></script-preview>
        </div>
        <p class=${this.#said ? "ed-toast" : "visually-hidden"} role="status" dir="auto">${this.#said}</p>`,
      this.root,
    );
    for (const card of this.root.querySelectorAll<Card>("script-card")) {
      const question = editor.question(card.qid);
      if (question) card.update(question);
    }
  }

  #say(text: string): void {
    this.#said = text;
    this.draw();
    clearTimeout(this.#saidTimer);
    this.#saidTimer = setTimeout(() => {
      this.#said = "";
      this.draw();
    }, SHOWN_FOR);
  }

  /** Undo or redo; the focus goes to the other button where there is nothing more to undo or redo. */
  #step(isRedo: boolean): void {
    const { editor, root } = this;
    this.#said = "";
    if (isRedo) editor.redo();
    else editor.undo();
    const [pressed, other] = isRedo ? [".ed-redo", ".ed-undo"] : [".ed-undo", ".ed-redo"];
    if (root.querySelector<HTMLButtonElement>(pressed)?.disabled)
      root.querySelector<HTMLElement>(other)?.focus();
  }

  #bar(): unknown {
    const { editor, saving } = this;
    const { t } = editor;
    const missing = entriesOf(editor.script);
    const languages = languagesOf(editor.script);
    const gaps = languages.reduce(
      (sum, code) => sum + missing.filter((entry) => !entry.translations[code]).length,
      0,
    );
    const more: Partial<Record<View, number>> = { translations: gaps };
    return html`${barView(editor, saving, {
        find: (text) => {
          editor.filter = text;
          editor.view = "questions";
          this.draw();
        },
        enter: () => {
          const first = this.#found()[0];
          if (editor.filter && first) editor.show(first.qid);
        },
        step: (isRedo) => this.#step(isRedo),
        unfold: (isOpen) => this.#unfold(isOpen),
        compare: () => this.root.querySelector<HTMLElement>("#ed-conflict-title")?.focus(),
      })}
      <div class="ed-tabs" role="tablist" aria-label=${t("views")}>
        ${VIEWS.map(
          (view) =>
            html`<button
              type="button"
              role="tab"
              id="ed-tab-${view}"
              aria-selected=${view === editor.view}
              aria-controls="ed-panel"
              tabindex=${view === editor.view ? 0 : -1}
              @click=${() => this.#open(view)}
              @keydown=${(event: KeyboardEvent) => this.#turn(event, view)}
            >
              ${t(`view_${view}`)}${more[view] ? html` <span class="ed-count">${t("missing_short", { count: more[view] ?? 0 })}</span>` : nothing}
            </button>`,
        )}
      </div>`;
  }

  #open(view: View): void {
    this.editor.view = view;
    this.draw();
  }

  #turn(event: KeyboardEvent, view: View): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = VIEWS[(VIEWS.indexOf(view) + by + VIEWS.length) % VIEWS.length] ?? view;
    this.#open(next);
    this.root.querySelector<HTMLElement>(`#ed-tab-${next}`)?.focus();
  }

  #view(): unknown {
    const { editor } = this;
    if (editor.view === "translations") return translationsView(editor, this.#translations);
    if (editor.view === "rules") return rulesView(editor);
    if (editor.view === "groups") return groupsView(editor);
    return this.#list();
  }

  #unfold(isOpen: boolean): void {
    const { editor } = this;
    editor.open.clear();
    if (isOpen) for (const { qid } of this.#found().slice(0, 50)) editor.open.add(qid);
    editor.folded.clear();
    this.draw();
  }

  #found(): readonly Question[] {
    const words = this.editor.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const { questions } = this.editor.script;
    if (!words.length) return questions;
    return questions.filter((question) => {
      const texts = [
        question.text,
        question.hint,
        question.name,
        question.comments,
        ...(question.answers ?? []).map(({ text }) => text),
      ];
      const all = texts.join(" ").toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }

  #items(): readonly Item[] {
    const { editor } = this;
    const items: Item[] = [];
    const counts = new Map<string, number>();
    for (const { group } of editor.script.questions)
      if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
    let before: string | undefined;
    for (const question of this.#found()) {
      const { group, qid } = question;
      if (group !== undefined && group !== before)
        items.push({ key: `group-${group}-${qid}`, group, count: counts.get(group) ?? 0 });
      before = group;
      if (group === undefined || !editor.folded.has(group))
        items.push({ key: editor.cardKey(qid), question });
    }
    return items;
  }

  #list(): unknown {
    const { editor } = this;
    const { t } = editor;
    const items = this.#items();
    const toggle = (group: string): void => {
      if (!editor.folded.delete(group)) editor.folded.add(group);
      this.draw();
    };
    return html`${editor.filter ? html`<p role="status">${t("found", { count: this.#found().length })}</p>` : nothing}
      <ol class="ed-cards">
        ${repeat(
          items,
          ({ key }) => key,
          (item) =>
            "question" in item
              ? html`<li><script-card .editor=${editor} .qid=${item.question.qid}></script-card></li>`
              : html`<li class="ed-group">
                  <button
                    type="button"
                    class="ed-fold"
                    aria-expanded=${!editor.folded.has(item.group)}
                    @click=${() => toggle(item.group)}
                  >
                    <span dir="auto">${t("group_of", { name: item.group, count: item.count })}</span>
                  </button>
                </li>`,
        )}
      </ol>
      ${editor.script.questions.length ? nothing : html`<p class="help"><a href=${editor.data.urls.library}>${t("from_library")}</a></p>`}
      ${button(t("add_question"), () => editor.add(editor.script.questions.length), { classes: "ed-primary", key: "add-question" })}`;
  }

  #key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const isRedo = key === "y" || (key === "z" && event.shiftKey);
    if (key === "s") {
      event.preventDefault();
      void this.saving.save();
    } else if (isRedo || key === "z") {
      event.preventDefault();
      if (isRedo) this.editor.redo();
      else this.editor.undo();
    }
  }

  #card(qid: number): Card | null {
    return this.root.querySelector<Card>(`#question-${CSS.escape(String(qid))}`);
  }

  #scrollTo(qid: number): void {
    const card = this.#card(qid);
    card?.scrollIntoView?.({ block: "nearest" });
    card?.querySelector<HTMLElement>("[data-key=fold]")?.focus();
  }

  #focus(wanted: { qid: number; key: string }): void {
    const card = this.#card(wanted.qid);
    const part =
      wanted.key === "text"
        ? card?.querySelector<HTMLElement>(`#q${wanted.qid}-text`)
        : card?.querySelector<HTMLElement>(`[data-key="${wanted.key}"]`);
    const target = part?.matches("button, input, textarea")
      ? part
      : part?.querySelector<HTMLElement>("input, textarea, button");
    target?.focus();
  }
}
