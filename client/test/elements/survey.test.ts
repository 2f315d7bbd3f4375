// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import {
  layoutOf,
  pagesOf,
  problemsOf,
  type Row,
  rowsOf,
  undecidedOf,
} from "../../src/elements/survey_rows.js";
import { surveyOf } from "../../src/elements/survey_start.js";
import { ApiError, type ChatClient, type Question, type SurveySnapshot } from "../../src/index.js";
import { questionOf } from "./support.js";

vi.mock("../../src/elements/library.js", async () => {
  const client = await import("../../src/index.js");
  return { lib: () => client, pageData: () => null };
});

function asked(qid: number, more: Partial<Question> = {}): Question {
  return { ...questionOf("text"), id: 100 + qid, qid, position: qid, text: `Question ${qid}`, ...more };
}

function groupOf(id: number, questions: readonly Question[], more: object = {}): object {
  return { id, name: `Group ${id}`, position: id, schema: 1, questions, ...more };
}

interface Given {
  readonly questions?: readonly Question[];
  readonly groups?: readonly object[];
  readonly state: object;
  readonly answers?: Readonly<Record<string, object>>;
}

function shown({ questions = [], groups = [], state, answers = {} }: Given): SurveySnapshot {
  return {
    id: 3,
    survey: { id: 3, state },
    schema: { id: 2, questions, groups },
    answers: new Map(Object.entries(answers)),
    isLoaded: true,
    isLoading: false,
    error: null,
  } as unknown as SurveySnapshot;
}

const keysOf = (rows: readonly Row[]) => rows.map(({ key }) => key);
const MEDICINES = groupOf(5, [asked(2), asked(3)], { key: "meds", repeat: { count: null, min: 0, max: 3 } });

function withMedicines(instances: readonly number[]): SurveySnapshot {
  const rounds = instances.map((instance) => ({ instance, visibility: [2, 3], problems: [], values: {} }));
  const visibility = [1, ...(instances.length ? [2, 3] : []), 4];
  return shown({
    questions: [asked(1), asked(4)],
    groups: [MEDICINES],
    state: { visibility, instances: { meds: rounds } },
  });
}

test("a repeated group is shown once for each of its instances, where its first question is", () => {
  expect(keysOf(rowsOf(withMedicines([1, 3])))).toEqual([
    "101:0",
    "102:1",
    "103:1",
    "102:3",
    "103:3",
    "104:0",
  ]);
});

test("a repeated group without instances keeps its place, so that one can be added", () => {
  const rows = rowsOf(withMedicines([]));
  expect(keysOf(rows)).toEqual(["101:0", "+5", "104:0"]);
  expect(rows.map(({ isEmpty }) => !!isEmpty)).toEqual([false, true, false]);
});

test("what is computed is not shown", () => {
  const survey = shown({
    questions: [asked(1, { type: "calculation" }), asked(2)],
    state: { visibility: [1, 2] },
  });
  expect(keysOf(rowsOf(survey))).toEqual(["102:0"]);
});

test("pages are groups, and questions without a group that follow each other", () => {
  const rows = rowsOf(withMedicines([1, 2]));
  expect(pagesOf(rows, "page")).toHaveLength(1);
  const pages = pagesOf(rows, "pages");
  expect(pages.map(({ sections }) => sections.map((section) => keysOf(section.rows)))).toEqual([
    [["101:0"]],
    [
      ["102:1", "103:1"],
      ["102:2", "103:2"],
    ],
    [["104:0"]],
  ]);
});

test("one question at a time is shown with the messages before it", () => {
  const questions = [asked(1, { type: "message" }), asked(2), asked(3), asked(4, { type: "message" })];
  const rows = rowsOf(shown({ questions, state: { visibility: [1, 2, 3, 4] } }));
  const pages = pagesOf(rows, "question").map(({ sections }) => sections.flatMap((one) => keysOf(one.rows)));
  expect(pages).toEqual([["101:0", "102:0"], ["103:0"], ["104:0"]]);
});

test("a group that the author made a page makes pages, unless the host asks for something else", () => {
  const groups = [{ layout: "list" }, { layout: "page" }] as unknown as Parameters<typeof layoutOf>[1];
  expect(layoutOf(null, groups)).toBe("pages");
  expect(layoutOf(null, groups.slice(0, 1))).toBe("page");
  expect(layoutOf("question", groups)).toBe("question");
});

test("problems are missing, refused and outdated answers, in the order of the questions", () => {
  const refusal = (draft: object | null) => ({
    refused: { draft, explanations: [{ text: "a whole number" }] },
    item: null,
    saving: null,
  });
  const survey = shown({
    questions: [asked(1, { required: true }), asked(2), asked(3), asked(4, { required: true })],
    state: {
      visibility: [1, 2, 3, 4],
      problems: [
        { qid: 3, code: "CONSTRAINT", message: "Later than that.", severity: "warning" },
        { qid: 9, code: "TOO_SMALL", message: null, severity: "error" },
      ],
    },
    answers: {
      "102:0": refusal({ text: "x" }),
      "103:0": { item: {} },
      "104:0": { item: null, saving: { data: { draft: {} } } },
    },
  });
  const found = problemsOf(survey, rowsOf(survey)).map(({ row, text, kind }) => [
    row.question.qid,
    text,
    kind,
  ]);
  expect(found).toEqual([
    [1, null, "missing"],
    [2, "a whole number", "wrong"],
    [3, "Later than that.", "warning"],
  ]);
});

const SAVING = { item: null, saving: { data: { draft: { answers: [1] } } } };
const LEADS_ON = { answers: [{ id: 1, next_qid: 2 }], next_qid: null } as unknown as Partial<Question>;

test.each([
  ["without an answer", LEADS_ON, {}, [1], true],
  ["while its answer is on its way: what it leads to is not known yet", LEADS_ON, SAVING, [1], true],
  ["not when its answer is stored", LEADS_ON, { item: {} }, [1], false],
  ["not if its answers lead to what is asked already", LEADS_ON, {}, [1, 2], false],
  ["not if it leads on whatever is chosen", { ...LEADS_ON, next_qid: 2 }, {}, [1], false],
  ["not if its answers end the survey", { answers: [{ id: 1, next_qid: null }] }, {}, [1], false],
])("a choice leaves open whether more follows: %s", (_, more, answer, visibility, isOpen) => {
  const questions = [asked(1, { ...more, type: "choice" } as Partial<Question>), asked(2)];
  const survey = shown({ questions, state: { visibility }, answers: { "101:0": answer } });
  expect(undecidedOf(survey, rowsOf(survey))?.key).toBe(isOpen ? "101:0" : undefined);
});

function clientWith(list: unknown): { client: ChatClient; started: number[] } {
  const started: number[] = [];
  const client = {
    account: 1,
    request: () => (list instanceof Error ? Promise.reject(list) : Promise.resolve(list)),
    startSurvey: (schema: number) => Promise.resolve({ id: 40 + started.push(schema) }),
  };
  return { client: client as unknown as ChatClient, started };
}

test("a survey is started once, however many elements ask for it", async () => {
  const { client, started } = clientWith([{ id: 7, schema: 2, submitted: "2026-11-02T10:15:00Z" }]);
  expect(await Promise.all([surveyOf(client, 2), surveyOf(client, 2)])).toEqual([41, 41]);
  expect(started).toEqual([2]);
});

test("a survey that is not finished is used again", async () => {
  const { client, started } = clientWith({ results: [{ id: 8, schema: 2, submitted: null }] });
  expect(await surveyOf(client, 2)).toBe(8);
  expect(started).toEqual([]);
});

test("where the list of surveys is not permitted, one is started; other errors are passed on", async () => {
  expect(await surveyOf(clientWith(new ApiError(403, {})).client, 2)).toBe(41);
  await expect(surveyOf(clientWith(new ApiError(0, null)).client, 2)).rejects.toThrow();
});
