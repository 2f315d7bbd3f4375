// @vitest-environment happy-dom
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { toggled } from "../../src/elements/controls/choice.js";
import { rewritten } from "../../src/elements/controls/dates.js";
import { registerControl, shownText } from "../../src/elements/controls/index.js";
import { QuestionElement } from "../../src/elements/question.js";
import { html } from "../../src/elements/lit.js";
import { TEXTS, questionOf } from "./support.js";
import type { Question } from "../../src/index.js";

let happened: [string, unknown][];

beforeAll(() => customElements.define("dca-question", QuestionElement));
beforeEach(() => {
  document.body.replaceChildren();
  happened = [];
});

async function shown(
  question: Question,
  properties: Partial<QuestionElement> = {},
): Promise<QuestionElement> {
  const element = document.createElement("dca-question") as QuestionElement;
  Object.assign(element, { question, texts: TEXTS, ...properties });
  for (const name of ["answer", "clear", "skip", "file-remove"])
    element.addEventListener(name, (event) => happened.push([name, (event as CustomEvent).detail]));
  document.body.append(element);
  await element.updateComplete;
  return element;
}

function all<T extends HTMLElement = HTMLElement>(element: QuestionElement, selector: string): T[] {
  return [...element.renderRoot.querySelectorAll<T>(selector)];
}

function one<T extends HTMLElement = HTMLInputElement>(element: QuestionElement, selector = "#control"): T {
  const [found] = all<T>(element, selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

async function enter(element: QuestionElement, text: string): Promise<void> {
  const field = one(element);
  field.value = text;
  field.dispatchEvent(new Event("input"));
  await element.updateComplete;
}

async function press(element: QuestionElement, label: string): Promise<void> {
  all(element, "button")
    .find(({ textContent }) => textContent?.trim() === label)
    ?.click();
  await element.updateComplete;
}

const ANSWERS = ["Vitamins", "Painkillers", "Nothing"];

test("one tap answers a choice, and a second one does nothing until there is a response", async () => {
  const element = await shown(questionOf("choice", ANSWERS));
  await press(element, "Vitamins");
  await press(element, "Painkillers");
  const answered = [["answer", { draft: { answers: [1] }, shown: "Vitamins" }]];
  expect(happened).toEqual(answered);
  element.busy = true;
  await element.updateComplete;
  await press(element, "Painkillers");
  expect(happened).toEqual(answered);
  element.busy = false;
  await element.updateComplete;
  await press(element, "Painkillers");
  expect(happened).toHaveLength(2);
});

test("an answer that excludes the others clears them, and they clear it", () => {
  const question = questionOf("multichoice", ANSWERS, {}, [3]);
  expect(toggled(question, [2], 1)).toEqual([1, 2]);
  expect(toggled(question, [1, 2], 3)).toEqual([3]);
  expect(toggled(question, [3], 2)).toEqual([2]);
  expect(toggled(question, [1, 2], 1)).toEqual([2]);
});

test("a range has no value until it is touched, in the middle too", async () => {
  const element = await shown(questionOf("range", [], { range_from: 0, range_to: 10 }));
  expect(one(element).getAttribute("aria-valuetext")).toBe("Not answered yet");
  expect(one(element, "output").textContent).toBe("Not answered yet");
  await press(element, "Send");
  expect(happened).toEqual([]);
  expect(one(element, "#error").textContent).toContain("Enter an answer first.");
  one(element).click();
  await element.updateComplete;
  expect(one(element).getAttribute("aria-valuetext")).toBe("5");
  expect(one(element, "output").textContent).toBe("5");
  await press(element, "Send");
  expect(happened).toEqual([["answer", { draft: { text: "5" }, shown: "5" }]]);
});

test("a number is sent as it was typed, with its comma", async () => {
  const element = await shown(questionOf("float"));
  await enter(element, "36,60");
  one(element).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  expect(happened).toEqual([["answer", { draft: { text: "36,60" }, shown: "36,60" }]]);
});

test("in a chat Enter sends a text, and Shift and Enter begin a line", async () => {
  const element = await shown(questionOf("text"));
  await enter(element, "Better");
  one(element).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", shiftKey: true }));
  expect(happened).toEqual([]);
  one(element).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  expect(happened).toHaveLength(1);
});

test("in a survey a text is saved after a pause, and what is stored does not replace what is typed", async () => {
  vi.useFakeTimers();
  const element = await shown(questionOf("text"), { layout: "survey" });
  one(element).focus();
  await enter(element, "Bet");
  await enter(element, "Bett");
  vi.advanceTimersByTime(800);
  vi.useRealTimers();
  expect(happened).toEqual([["answer", { draft: { text: "Bett" }, shown: "Bett" }]]);
  await enter(element, "Better ");
  element.value = { text: "Bett" };
  await element.updateComplete;
  expect(one(element).value).toBe("Better ");
  one(element).blur();
  expect(happened.at(-1)).toEqual(["answer", { draft: { text: "Better " }, shown: "Better " }]);
});

test("in a survey an emptied text clears the answer", async () => {
  const element = await shown(questionOf("text"), { layout: "survey", value: { text: "Better" } });
  expect(one(element).value).toBe("Better");
  await enter(element, " ");
  element.save();
  expect(happened).toEqual([["clear", null]]);
});

test("what a question suggests is filled in in a chat, and offered in a survey", async () => {
  const question = questionOf("int", [], { default: 70 });
  expect(one(await shown(question)).value).toBe("70");
  const element = await shown(question, { layout: "survey" });
  expect(one(element).value).toBe("");
  expect(happened).toEqual([]);
  await press(element, "Use this");
  expect(happened).toEqual([["answer", { draft: { text: "70" }, shown: "70" }]]);
});

test("a choice shows what was typed beside the stored answers", async () => {
  const question = questionOf("choice", ANSWERS, { choice_open: true });
  const value = { answers: [2], text: "Painkillers, at night" };
  const element = await shown(question, { layout: "survey", value });
  expect(all<HTMLInputElement>(element, "[type=radio]").map(({ checked }) => checked)).toEqual([
    false,
    true,
    false,
  ]);
  expect(one(element).value).toBe("at night");
  await enter(element, "in the morning");
  element.save();
  const draft = { answers: [2], text: "in the morning" };
  expect(happened).toEqual([["answer", { draft, shown: "Painkillers, in the morning" }]]);
});

test("a warning is confirmed with the same answer", async () => {
  const explanations = [{ field: "text", code: "CONFIRM", text: "That is a lot.", expected: null }];
  const element = await shown(questionOf("int"), { explanations, canConfirm: true });
  await enter(element, "300");
  expect(one(element, "#error").textContent?.trim()).toBe("That is a lot.");
  await press(element, "Keep this answer");
  expect(happened).toEqual([["answer", { draft: { text: "300", confirm: true }, shown: "300" }]]);
});

test("errors say what is expected, unless the author wrote a sentence of their own", async () => {
  const question = questionOf("int", [], { required_message: "We need your age." });
  const explanation = { field: "text", code: "REQUIRED", text: "We need your age.", expected: null };
  const element = await shown(question, { explanations: [explanation] });
  expect(one(element, "#error").textContent?.trim()).toBe("We need your age.");
  element.explanations = [{ ...explanation, code: "WRONG_VALUE", text: "a whole number" }];
  await element.updateComplete;
  expect(one(element, "#error").textContent?.trim()).toBe("Expected: a whole number");
  expect(one(element).getAttribute("aria-invalid")).toBe("true");
});

test("dates are written in the format that the question asks for", () => {
  expect(rewritten("2026-11-02", "%Y-%m-%d", "%d.%m.%Y")).toBe("02.11.2026");
  expect(rewritten("02.11.2026", "%d.%m.%Y", "%Y-%m-%d")).toBe("2026-11-02");
  expect(rewritten("2026-11", "%Y-%m", "%Y-%m-%d")).toBe("2026-11-01");
  expect(rewritten("last week", "%d.%m.%Y", "%Y-%m-%d")).toBe("");
  expect(rewritten("07:30:15", "%H:%M", "%H:%M", false)).toBe("07:30");
});

test("dates and times are shown as the language writes them, and what is none as it is", () => {
  const shownOf = (type: string, text: string, format = "") =>
    shownText({
      question: questionOf(type, [], { meta: { format } }),
      input: { answers: [], text, files: [] },
      texts: TEXTS,
    });
  expect(shownOf("date", "2026-11-02")).toBe("Nov 2, 2026");
  expect(shownOf("date", "02.11.2026", "%d.%m.%Y")).toBe("Nov 2, 2026");
  expect(shownOf("date", "2026-11", "%Y-%m")).toBe("2026-11");
  expect(shownOf("time", "22:30").replace(/\s/g, " ")).toBe("10:30 PM");
  expect(shownOf("datetime", "2026-11-02T22:30").replace(/\s/g, " ")).toBe("Nov 2, 2026, 10:30 PM");
  expect(shownOf("date", "last week")).toBe("last week");
  expect(shownOf("date", "2023-02-31")).toBe("2023-02-31");
});

test("a host has its own control for a type, and unknown types have a field for a text", async () => {
  const element = await shown(questionOf("iban"));
  await enter(element, "PL61");
  await press(element, "Send");
  expect(happened).toEqual([["answer", { draft: { text: "PL61" }, shown: "PL61" }]]);
  registerControl("mood", {
    view: (asked) => html`<button @click=${() => asked.change({ text: "good" })}>Good</button>`,
  });
  const mood = await shown(questionOf("mood"));
  await press(mood, "Good");
  await press(mood, "Send");
  expect(happened.at(-1)).toEqual(["answer", { draft: { text: "good" }, shown: "good" }]);
});
