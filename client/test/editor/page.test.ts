// @vitest-environment happy-dom
/** The page of the editor: what is drawn after an edit, what follows it, and how scripts are saved. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { Card } from "../../src/editor/card.js";
import { Chooser } from "../../src/editor/chooser.js";
import { ConditionElement } from "../../src/editor/condition.js";
import type { Script } from "../../src/editor/document.js";
import { setQuestion } from "../../src/editor/edits.js";
import { Page } from "../../src/editor/page.js";
import { Saving } from "../../src/editor/saving.js";
import type { Editor, Finding } from "../../src/editor/store.js";
import { editorOf, scriptOf, small } from "./scripts.js";

for (const [name, element] of Object.entries({
  "script-card": Card,
  "script-chooser": Chooser,
  "script-condition": ConditionElement,
}))
  if (!customElements.get(name)) customElements.define(name, element);

interface Sent {
  readonly document: Script;
  readonly token: string;
}

let sent: Sent[] = [];
let answers: (() => Response)[] = [];

function respond(status: number, body: unknown): void {
  answers.push(() => Response.json(body, { status }));
}

function shown(script: Script): { editor: Editor; saving: Saving; root: HTMLElement } {
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const editor = editorOf(script);
  const saving = new Saving(editor, "script");
  saving.findKept();
  new Page(root, editor, saving).draw();
  return { editor, saving, root };
}

function many(count: number): Script {
  return scriptOf(
    ...Array.from({ length: count }, (_, index) => ({
      qid: index + 1,
      type: "text",
      text: `Question ${index + 1}`,
    })),
  );
}

function rename(editor: Editor, qid: number, text: string): void {
  editor.edit((script) => setQuestion(script, qid, { text }));
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", (_url: string, { body }: { body: string }) => {
    sent.push(JSON.parse(body) as Sent);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError("offline"));
  });
});

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

describe("saving", () => {
  it("a draft saves itself a while after the last edit, with all of them", async () => {
    const { editor, saving } = shown(small);
    rename(editor, 1, "One");
    await vi.advanceTimersByTimeAsync(1000);
    rename(editor, 1, "Two");
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([]);
    expect(saving.status).toBe("waiting");
    respond(200, { token: "next", findings: [], saved: "2026-01-01T00:00:00Z" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.map(({ token, document: { questions } }) => [token, questions[0]?.text])).toEqual([
      ["token", "Two"],
    ]);
    expect(saving.status).toBe("saved");
    expect(saving.isSaved).toBe(true);
    expect(localStorage.getItem("script")).toBeNull();
  });

  it("what is refused stays in the browser, and is offered at the next visit", async () => {
    const { editor, saving } = shown(small);
    rename(editor, 1, "Refused");
    respond(400, {
      errors: [{ qid: 1, question: 0, answer: null, part: "question", field: "text", text: "Too long" }],
    });
    await vi.advanceTimersByTimeAsync(2000);
    expect(saving.status).toBe("refused");
    expect(editor.problemsOf(1).map(({ text }) => text)).toEqual(["Too long"]);

    const again = shown(small);
    expect(again.saving.kept?.document.questions[0]?.text).toBe("Refused");
    expect(again.editor.script).toEqual(small);
    again.saving.decideKept(true);
    expect(again.editor.question(1)?.text).toBe("Refused");
    again.editor.undo();
    expect(again.editor.script).toEqual(small);
  });

  it("without a connection it is tried again", async () => {
    const { editor, saving } = shown(small);
    rename(editor, 1, "Later");
    await vi.advanceTimersByTimeAsync(1500);
    expect(saving.status).toBe("offline");
    respond(200, { token: "next", findings: [] });
    await vi.advanceTimersByTimeAsync(1000);
    expect(saving.status).toBe("saved");
    expect(sent).toHaveLength(2);
  });

  it("edits made while saving are saved next, with the new token", async () => {
    const { editor, saving } = shown(small);
    rename(editor, 1, "First");
    respond(200, { token: "second", findings: [] });
    const done = saving.save();
    rename(editor, 1, "Second");
    await done;
    respond(200, { token: "third", findings: [] });
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent.map(({ token, document: { questions } }) => [token, questions[0]?.text])).toEqual([
      ["token", "First"],
      ["second", "Second"],
    ]);
    expect(saving.status).toBe("saved");
  });

  const theirs = setQuestion(small, 1, { text: "Theirs" });

  async function conflicting(): Promise<ReturnType<typeof shown>> {
    const page = shown(small);
    rename(page.editor, 1, "Mine");
    rename(page.editor, 2, "Only mine");
    respond(409, { reason: "CHANGED", document: theirs, token: "theirs", by: "Ada", at: null });
    await vi.advanceTimersByTimeAsync(1500);
    expect(page.saving.status).toBe("conflict");
    expect(page.root.querySelector(".ed-conflict")?.textContent).toContain("Theirs");
    expect(page.root.querySelector(".ed-conflict")?.textContent).toContain("Mine");
    return page;
  }

  it("of two versions nothing is written before the author has chosen", async () => {
    const { editor } = await conflicting();
    rename(editor, 3, "More");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.filter(({ token }) => token)).toHaveLength(1);
  });

  it("problems are looked for while nothing is saved", async () => {
    const { editor } = await conflicting();
    rename(editor, 3, "More");
    respond(200, {
      findings: [{ qid: 3, question: 2, text: "Bad", severity: "warning", code: "x", hint: "" }],
    });
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent[1]).not.toHaveProperty("token");
    expect(editor.problemsOf(3).map(({ text }) => text)).toEqual(["Bad"]);
  });

  it("the author's own version replaces the other one when they say so", async () => {
    const { saving } = await conflicting();
    respond(200, { token: "next", findings: [] });
    saving.keepMine();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent[1]).toMatchObject({ token: "theirs" });
    expect(sent[1]?.document.questions.slice(0, 2).map(({ text }) => text)).toEqual(["Mine", "Only mine"]);
    expect(saving.status).toBe("saved");
  });

  it("the other version is taken where both changed the same, and undo asks again", async () => {
    const { editor, saving } = await conflicting();
    respond(200, { token: "both", findings: [] });
    saving.takeTheirs();
    expect(editor.script.questions.slice(0, 2).map(({ text }) => text)).toEqual(["Theirs", "Only mine"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent[1]).toMatchObject({ token: "theirs" });
    expect(saving.status).toBe("saved");
    editor.undo();
    expect(editor.question(1)?.text).toBe("Mine");
    expect(saving.status).toBe("conflict");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.filter(({ token }) => token)).toHaveLength(2);
    respond(200, { token: "mine", findings: [] });
    saving.keepMine();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.at(-1)).toMatchObject({ token: "both" });
    expect(sent.at(-1)?.document.questions[0]?.text).toBe("Mine");
  });

  it("changes of different questions are put together without a question, and undo leaves the other's", async () => {
    const { editor, saving, root } = shown(small);
    rename(editor, 2, "Mine");
    respond(409, { reason: "CHANGED", document: theirs, token: "theirs", by: "Ada", at: null });
    respond(200, { token: "both", findings: [] });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent[1]).toMatchObject({ token: "theirs" });
    expect(sent[1]?.document.questions.slice(0, 2).map(({ text }) => text)).toEqual(["Theirs", "Mine"]);
    expect(saving.status).toBe("saved");
    expect(root.querySelector(".ed-conflict")).toBeNull();
    editor.undo();
    expect(editor.script).toEqual(theirs);
  });

  it("what somebody else saves is seen without an own change", async () => {
    const { editor, saving } = shown(small);
    respond(200, {});
    await saving.look();
    expect(editor.script).toBe(small);
    respond(409, { reason: "CHANGED", document: theirs, token: "theirs", by: "Ada", at: null });
    await saving.look();
    expect(editor.script).toEqual(theirs);
    expect(saving.isSaved).toBe(true);
    rename(editor, 2, "Mine");
    respond(200, { token: "next", findings: [] });
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent.at(-1)).toMatchObject({ token: "theirs" });
  });

  it("a version that the server got, but whose answer was lost, is not somebody else's", async () => {
    const { editor, saving } = shown(small);
    rename(editor, 1, "Arrived");
    await vi.advanceTimersByTimeAsync(1500);
    expect(saving.status).toBe("offline");
    rename(editor, 1, "Later");
    respond(409, { reason: "CHANGED", document: sent[0]?.document, token: "arrived", by: "me", at: null });
    respond(200, { token: "next", findings: [] });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.at(-1)).toMatchObject({ token: "arrived" });
    expect(saving.status).toBe("saved");
    expect(editor.question(1)?.text).toBe("Later");
  });

  describe("what was kept", () => {
    async function kept(): Promise<void> {
      const { editor } = shown(small);
      rename(editor, 1, "Kept");
      await vi.advanceTimersByTimeAsync(1500);
    }

    it("is put together with what was changed since", async () => {
      await kept();
      const { editor, saving } = shown(small);
      rename(editor, 2, "Newer");
      saving.decideKept(true);
      expect(editor.script.questions.slice(0, 2).map(({ text }) => text)).toEqual(["Kept", "Newer"]);
      expect(saving.status).toBe("waiting");
    });

    it("is compared where the same was changed since", async () => {
      await kept();
      const { editor, saving, root } = shown(setQuestion(small, 1, { text: "Newer" }));
      saving.decideKept(true);
      expect(saving.status).toBe("conflict");
      expect(root.querySelector(".ed-conflict")?.textContent).toMatch(/Kept[^]*Newer/);
      saving.takeTheirs();
      expect(editor.question(1)?.text).toBe("Newer");
      expect(saving.isSaved).toBe(true);
    });

    it("is compared as a whole if nobody knows what it began with", () => {
      localStorage.setItem("script", JSON.stringify({ document: setQuestion(small, 1, { text: "Old" }) }));
      const { editor, saving } = shown(setQuestion(small, 2, { text: "Newer" }));
      saving.decideKept(true);
      expect(saving.status).toBe("conflict");
      saving.keepMine();
      expect(editor.question(1)?.text).toBe("Old");
    });
  });
});
