// @vitest-environment happy-dom
/** The page of the editor: what is drawn after an edit, and what follows it. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Card } from "../../src/editor/card.js";
import type { Script } from "../../src/editor/document.js";
import { setQuestion } from "../../src/editor/edits.js";
import type { Finding } from "../../src/editor/store.js";
import { rename, serve, shown } from "./drawn.js";
import { scriptOf, small } from "./scripts.js";

function many(count: number): Script {
  return scriptOf(
    ...Array.from({ length: count }, (_, index) => ({
      qid: index + 1,
      type: "text",
      text: `Question ${index + 1}`,
    })),
  );
}

beforeEach(serve);

describe("drawing", () => {
  it.each([10, 1000])("of %i cards, an edit draws one", (count) => {
    const { editor } = shown(many(count));
    expect(editor.drawn).toBe(count);
    rename(editor, 7, "Other");
    expect(editor.drawn).toBe(count + 1);
    editor.undo();
    expect(editor.drawn).toBe(count + 2);
  });

  it("findings draw the cards that they are about", () => {
    const { editor } = shown(many(100));
    const finding = {
      qid: 3,
      question: 2,
      answer: null,
      part: "question",
      field: null,
      text: "Bad",
      severity: "warning",
      code: "x",
      hint: "",
    };
    editor.findings = [finding as Finding];
    editor.changed();
    expect(editor.drawn).toBe(101);
    editor.findings = [{ ...finding } as Finding];
    editor.changed();
    expect(editor.drawn).toBe(101);
  });

  it("findings of one kind are one, with links to what they are about", () => {
    const { editor, root } = shown(small);
    const about = (qid: number | null, part: Finding["part"], text: string): Finding => ({
      qid,
      question: null,
      answer: null,
      part,
      field: null,
      text,
      severity: "warning",
      code: "missing_translation",
      hint: "Add it.",
      plain: "A translation is missing.",
    });
    editor.findings = [
      about(1, "question", "No one."),
      about(4, "question", "No four."),
      about(null, "score", "No s."),
    ];
    editor.changed();
    const items = [...root.querySelectorAll(".ed-findings > ul > li")];
    expect(
      items.map((item) => [...item.querySelectorAll(".ed-link")].map((link) => link.textContent)),
    ).toEqual([["How old are you?", "Thank you"], ["view_rules"]]);
    expect(items[0]?.querySelectorAll("small")).toHaveLength(2);
    items[1]?.querySelector<HTMLElement>(".ed-link")?.click();
    expect(editor.view).toBe("rules");
  });

  it("texts of the checker name questions by their texts", () => {
    const { editor } = shown(small);
    expect(editor.said("No path to question with QID 4.")).toBe("No path to question “Thank you”.");
    expect(editor.said("QID 99 is missing")).toBe("QID 99 is missing");
  });

  it("the texts of targets follow edits", () => {
    const { editor, root } = shown(small);
    editor.show(2);
    const target = root.querySelectorAll<HTMLInputElement>("#question-2 .ed-answer script-chooser input")[0];
    expect(target?.value).toBe("Thank you");
    rename(editor, 4, "Good-bye");
    expect(target?.value).toBe("Good-bye");
    expect(root.querySelector("#question-2 .ed-body")?.textContent).not.toMatch(/\bqid\b/i);
  });

  it("a target is found by words, and chosen with the keyboard", () => {
    const { editor, root } = shown(small);
    editor.show(1);
    const input = root.querySelector<HTMLInputElement>("#question-1 .ed-next input") as HTMLInputElement;
    input.value = "thank";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    expect(
      [...root.querySelectorAll("#question-1 [role=option]")].map((option) => option.textContent?.trim()),
    ).toEqual(["Thank you"]);
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(editor.question(1)?.next_qid).toBe(4);
  });

  it("a question is removed at once if nothing leads to it, else after a question", () => {
    const { editor, root } = shown(small);
    const press = (qid: number): void =>
      root.querySelector<HTMLElement>(`#question-${qid} [data-key=remove]`)?.click();
    press(3);
    expect(editor.script.questions.map(({ qid }) => qid)).toEqual([1, 2, 4]);
    press(4);
    expect(editor.script.questions).toHaveLength(3);
    expect(root.querySelector("[role=alertdialog]")).not.toBeNull();
    root.querySelector<HTMLElement>(".ed-removing .ed-danger")?.click();
    expect(editor.script.questions.map(({ qid }) => qid)).toEqual([1, 2]);
    expect(editor.question(2)?.answers?.[0]?.next_qid).toBe(-1);
  });

  it("a folded card says where it leads by name, also after the target was renamed", () => {
    const { editor, root } = shown(small);
    const leads = (): string | undefined =>
      root.querySelector("#question-3 .ed-leads")?.textContent?.replace(/\s+/g, " ").trim();
    expect(leads()).toBe("→ Thank you → How old are you?");
    rename(editor, 4, "Good-bye");
    expect(leads()).toBe("→ Good-bye → How old are you?");
    expect(root.querySelector("#question-1 .ed-leads")).toBeNull();
  });

  it("who moves a question hears that others lead to it by name", () => {
    const { editor, root } = shown(small);
    editor.move(4, 0);
    expect(root.querySelector(".ed-toast")?.textContent).toBe("moved_leads");
    vi.advanceTimersByTime(60_000);
    expect(root.querySelector(".ed-toast")).toBeNull();
    editor.move(2, 3);
    expect(root.querySelector(".ed-toast")).toBeNull();
  });

  it("the removal names what leads there or reads the answer", () => {
    const { root } = shown(small);
    root.querySelector<HTMLElement>("#question-1 [data-key=remove]")?.click();
    const named = [...root.querySelectorAll(".ed-removing li")].map((each) => each.textContent?.trim());
    expect(named).toEqual([
      "Hello {{ answers.age }}, does it hurt?",
      "fork without_text",
      "Thank you",
      "the_score",
      "the_flag",
      "fork without_text",
    ]);
  });

  it("a condition that is not finished follows its rule when the one above is removed", () => {
    const { editor, root } = shown(
      setQuestion(small, 3, {
        forking_rules: [
          ["4", "0"],
          ["1", "0"],
          ["4", "1"],
        ],
      }),
    );
    editor.show(3);
    const rows = (): number[] =>
      [...root.querySelectorAll("#question-3 script-condition")].map(
        (each) => each.querySelectorAll(".ed-condition-row").length,
      );
    root.querySelectorAll<HTMLElement>("#question-3 .ed-add-condition")[1]?.click();
    const before = rows();
    expect(before[1]).toBe(1);
    root.querySelectorAll<HTMLElement>("#question-3 .ed-rule .ed-danger")[0]?.click();
    expect(rows()[0]).toBe(1);
    expect([...editor.unfinished.keys()]).toEqual(["q3-rule0"]);
  });

  it("the focus stays at the tools when there is nothing more to undo", () => {
    const { editor, root } = shown(small);
    rename(editor, 1, "Other");
    const undo = root.querySelector<HTMLElement>(".ed-undo");
    undo?.focus();
    undo?.click();
    expect(document.activeElement).toBe(root.querySelector(".ed-redo"));
  });

  it("the filter finds words of questions and answers", () => {
    const { editor, root } = shown(small);
    editor.filter = "yes";
    editor.changed();
    expect([...root.querySelectorAll<Card>("script-card")].map(({ qid }) => qid)).toEqual([2]);
  });
});
