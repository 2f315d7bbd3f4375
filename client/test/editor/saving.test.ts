// @vitest-environment happy-dom
/** How scripts are saved: by themselves, when refused, without a connection, and when two authors change one. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { setQuestion } from "../../src/editor/edits.js";
import { rename, respond, sent, serve, shown } from "./drawn.js";
import { small } from "./scripts.js";

beforeEach(serve);

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
