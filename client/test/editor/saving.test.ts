// @vitest-environment happy-dom
/** How scripts are saved: by themselves, when refused, without a connection, and when two authors change one. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { addQuestion, setQuestion } from "../../src/editor/edits.js";
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
    expect(localStorage).toHaveLength(0);
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

  describe("an answer that was lost", () => {
    const lost: readonly [string, () => void][] = [
      ["on the connection", () => undefined],
      ["in a gateway", () => respond(504, "late")],
    ];

    it.each(lost)("%s: the version is saved, and nothing stays in the browser", async (_, lose) => {
      const { editor, saving } = shown(small);
      rename(editor, 1, "Arrived");
      lose();
      await vi.advanceTimersByTimeAsync(1500);
      respond(409, { reason: "CHANGED", document: sent[0]?.document, token: "arrived", by: "me", at: null });
      await vi.advanceTimersByTimeAsync(120_000);
      expect(saving.status).toBe("saved");
      expect(localStorage).toHaveLength(0);
    });

    it.each(lost)("%s: what was typed since is no other author's question", async (_, lose) => {
      const { editor, saving } = shown(small);
      editor.edit((script) => setQuestion(addQuestion(script, 4, "text").script, 5, { text: "Arr" }));
      lose();
      await vi.advanceTimersByTimeAsync(1500);
      rename(editor, 5, "Arrived");
      respond(409, { reason: "CHANGED", document: sent[0]?.document, token: "arrived", by: "me", at: null });
      respond(200, { token: "next", findings: [] });
      await vi.advanceTimersByTimeAsync(10_000);
      expect(saving.status).toBe("saved");
      expect(sent.at(-1)?.document.questions.map(({ qid }) => qid)).toEqual([1, 2, 3, 4, 5]);
    });

    it("of the last but one attempt", async () => {
      const { editor, saving } = shown(small);
      for (const text of ["Arr", "Arriv", "Arrived"]) {
        rename(editor, 1, text);
        if (text === "Arrived")
          respond(409, {
            reason: "CHANGED",
            document: sent[0]?.document,
            token: "arrived",
            by: "me",
            at: null,
          });
        await vi.advanceTimersByTimeAsync(1500);
      }
      expect(saving.status).toBe("waiting");
      respond(200, { token: "next", findings: [] });
      await vi.advanceTimersByTimeAsync(1500);
      expect(sent.at(-1)).toMatchObject({ token: "arrived" });
      expect(sent.at(-1)?.document.questions[0]?.text).toBe("Arrived");
    });

    it("is asked for when undo takes back what was sent", async () => {
      const { editor, saving } = shown(small);
      rename(editor, 1, "Arrived");
      await vi.advanceTimersByTimeAsync(1500);
      editor.undo();
      expect(saving.status).toBe("waiting");
      respond(409, { reason: "CHANGED", document: sent[0]?.document, token: "arrived", by: "me", at: null });
      respond(200, { token: "next", findings: [] });
      await vi.advanceTimersByTimeAsync(10_000);
      expect(sent.at(-1)).toMatchObject({ token: "arrived", document: small });
      expect(saving.status).toBe("saved");
    });
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
      localStorage.setItem("script 1", JSON.stringify({ document: setQuestion(small, 1, { text: "Old" }) }));
      const { editor, saving } = shown(setQuestion(small, 2, { text: "Newer" }));
      saving.decideKept(true);
      expect(saving.status).toBe("conflict");
      saving.keepMine();
      expect(editor.question(1)?.text).toBe("Old");
    });

    it("leaves the current version to undo", async () => {
      await kept();
      const { editor, saving } = shown(setQuestion(addQuestion(small, 4, "text").script, 5, { text: "New" }));
      rename(editor, 5, "New!");
      const current = editor.script;
      saving.decideKept(true);
      expect(editor.script.questions.map(({ qid }) => qid)).toEqual([1, 2, 3, 4, 5]);
      editor.undo();
      expect(editor.script).toBe(current);
    });

    it("is another's beside what this page keeps", async () => {
      await kept();
      const { editor, saving } = shown(small);
      rename(editor, 2, "Newer");
      await vi.advanceTimersByTimeAsync(1500);
      saving.decideKept(false);
      const texts = Object.values(localStorage).map(
        (text) => (JSON.parse(String(text)) as { document: typeof small }).document.questions[1]?.text,
      );
      expect(texts).toEqual(["Newer"]);
    });

    it("stays when another tab saves", async () => {
      const first = shown(small);
      const second = shown(small);
      rename(first.editor, 1, "Refused");
      respond(400, { errors: [] });
      await vi.advanceTimersByTimeAsync(1500);
      rename(second.editor, 2, "Saved");
      respond(200, { token: "next", findings: [] });
      await vi.advanceTimersByTimeAsync(1500);
      expect(second.saving.status).toBe("saved");
      expect(JSON.stringify(Object.values(localStorage))).toContain("Refused");
    });
  });
});
