// @vitest-environment happy-dom
/** Two authors of one script: their changes are put together, and what both changed differently is decided on. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { addQuestion, setQuestion } from "../../src/editor/edits.js";
import { rename, respond, sent, serve, shown } from "./drawn.js";
import { small } from "./scripts.js";

beforeEach(serve);

describe("two authors", () => {
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

  describe("undo", () => {
    it("does not overwrite what another author made of the own version", async () => {
      const { editor, saving } = shown(small);
      rename(editor, 1, "Mine");
      respond(200, { token: "mine", findings: [] });
      await vi.advanceTimersByTimeAsync(1500);
      const more = setQuestion(editor.script, 1, { text: "Mine, and more" });
      respond(409, { reason: "CHANGED", document: more, token: "more", by: "Ada", at: null });
      await saving.look();
      expect(editor.question(1)?.text).toBe("Mine, and more");
      editor.undo();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(saving.status).toBe("conflict");
      expect(sent.filter(({ token }) => token === "more")).toEqual([]);
      editor.redo();
      expect(saving.status).toBe("saved");
    });

    it("asks again after the other version was taken and more was added to it", async () => {
      const { editor, saving } = await conflicting();
      saving.takeTheirs();
      respond(200, { token: "both", findings: [] });
      await vi.advanceTimersByTimeAsync(1500);
      const more = setQuestion(editor.script, 4, { text: "Bye" });
      respond(409, { reason: "CHANGED", document: more, token: "more", by: "Ada", at: null });
      await saving.look();
      editor.undo();
      expect(editor.question(1)?.text).toBe("Mine");
      expect(saving.status).toBe("conflict");
    });

    it("asks with the token of a save that was under way", async () => {
      const { editor, saving } = await conflicting();
      saving.takeTheirs();
      respond(200, { token: "both", findings: [] });
      const done = saving.save();
      editor.undo();
      await done;
      expect([saving.status, saving.conflict?.token]).toEqual(["conflict", "both"]);
    });

    it("of what is being refused leaves nothing to correct", async () => {
      const { editor, saving } = shown(small);
      rename(editor, 1, "Bad");
      respond(400, {
        errors: [{ qid: 1, question: 0, answer: null, part: "question", field: "text", text: "Bad" }],
      });
      const done = saving.save();
      editor.undo();
      await done;
      expect([saving.status, editor.refused]).toEqual(["saved", []]);
    });
  });

  describe("a new question that got the number of another author's", () => {
    const theirs = setQuestion(addQuestion(small, 4, "text").script, 5, { text: "Ada's" });

    async function meet(): Promise<void> {
      respond(409, { reason: "CHANGED", document: theirs, token: "ada", by: "Ada", at: null });
      await vi.advanceTimersByTimeAsync(1500);
    }

    it("keeps the focus, and what is typed", async () => {
      const { editor, root } = shown(small);
      editor.add(4);
      root.querySelector<HTMLElement>("#q5-text")?.focus();
      const type = (text: string): void => {
        const field = document.activeElement as HTMLTextAreaElement;
        field.value += text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      };
      type("My qu");
      await meet();
      type("estion");
      expect(editor.question(5)?.text).toBe("Ada's");
      expect(editor.question(6)?.text).toBe("My question");
      expect([...editor.open]).toEqual([6]);
    });

    it("is the one that is removed", async () => {
      const { editor, root } = shown(small);
      editor.edit((script) => {
        const added = setQuestion(addQuestion(script, 4, "text").script, 5, { text: "Mine" });
        return setQuestion(added, 1, { next_qid: 5 });
      });
      root.querySelector<HTMLElement>("#question-5 [data-key=remove]")?.click();
      await meet();
      root.querySelector<HTMLElement>(".ed-removing .ed-danger")?.click();
      expect(editor.script.questions.map(({ text }) => text)).toEqual(
        theirs.questions.map(({ text }) => text),
      );
    });

    it("keeps a condition that is not finished", async () => {
      const { editor, root } = shown(small);
      editor.add(4);
      rename(editor, 5, "Mine");
      root.querySelector<HTMLElement>("#question-5 .ed-add-condition")?.click();
      await meet();
      expect([...editor.unfinished.keys()]).toEqual(["q6-show_if"]);
      expect(root.querySelectorAll("#question-6 .ed-condition-row")).toHaveLength(1);
    });
  });
});
