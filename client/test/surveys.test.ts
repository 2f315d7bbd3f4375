import { describe, expect, test } from "vitest";
import type { ChatClient } from "../src/client.js";
import type { ApiError } from "../src/errors.js";
import { type AnswerSnapshot, answerKey, type SurveySnapshot } from "../src/survey_types.js";
import { connected, tab } from "./support/clients.js";
import { json, unreachable } from "./support/server.js";
import { SURVEY, SurveyServer } from "./support/surveys.js";
import { fakeClock, Gate, pass, settle, until } from "./support/waiting.js";

const ITEMS = `surveys/${SURVEY}/items`;

const survey = (client: ChatClient) => client.getSnapshot().surveys.get(SURVEY) as SurveySnapshot;
const answer = (client: ChatClient, question: number, instance = 0) =>
  survey(client).answers.get(answerKey(question, instance)) as AnswerSnapshot;

async function opened(server: SurveyServer): Promise<ChatClient> {
  const client = await connected(server);
  await client.openSurvey(SURVEY);
  return client;
}

describe("opening a survey", () => {
  test("starting it twice names the same id of the client, which the page chooses", async () => {
    const server = new SurveyServer();
    server.on("POST accounts/1/surveys", () => json(201, server.survey()));
    const client = await connected(server);
    const started = await client.startSurvey(5);
    await client.startSurvey(5, { client_id: "7d5c2d0a-4b6e-4f7e-9f57-0f2a8f7ad1aa" });
    const [first, second] = server.of("POST accounts/1/surveys").map(({ body }) => body);
    expect(started.id).toBe(SURVEY);
    expect(first).toEqual({ schema: 5, client_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
    expect(second).toEqual({ schema: 5, client_id: "7d5c2d0a-4b6e-4f7e-9f57-0f2a8f7ad1aa" });
  });

  test("all pages of answers are loaded, and the texts of the survey", async () => {
    const server = new SurveyServer();
    server.pageSize = 2;
    for (const number of [1, 2, 3, 4, 5]) server.store({ related_question: 100 + number, text: "x" });
    server.store({ related_question: 31, instance: 1, text: "Ada" });
    const client = await opened(server);
    expect(survey(client)).toMatchObject({ isLoaded: true, isLoading: false, error: null, id: SURVEY });
    expect(survey(client).answers.size).toBe(6);
    expect(answer(client, 31, 1)).toMatchObject({ question: 31, instance: 1, saved: true, saving: null });
    expect(survey(client).schema?.questions[1]?.text).toBe("Why ?");
    expect(server.of(`GET ${ITEMS}`)).toHaveLength(3);
  });

  test("simultaneous calls share the requests, and a closed survey is forgotten", async () => {
    const server = new SurveyServer();
    const client = await connected(server);
    await Promise.all([client.openSurvey(SURVEY), client.openSurvey(SURVEY)]);
    expect(server.of(`GET surveys/${SURVEY}`)).toHaveLength(1);
    client.closeSurvey(SURVEY);
    expect(client.getSnapshot().surveys.size).toBe(0);
  });

  test("a failure is shown, and ends when the connection comes back", async () => {
    const server = new SurveyServer();
    server.on(`GET surveys/${SURVEY}`, unreachable);
    const client = tab(server);
    await client.openSurvey(SURVEY);
    expect(survey(client)).toMatchObject({ isLoaded: false, error: { status: 0 } });
    server.on(`GET surveys/${SURVEY}`, () => server.survey());
    await until(() => server.sockets.length);
    server.socket.connect();
    await until(() => survey(client).isLoaded);
    expect(survey(client).error).toBeNull();
  });

  test("what stays the same keeps its identity", async () => {
    const server = new SurveyServer();
    server.store({ related_question: 12, text: "other" });
    const client = await opened(server);
    const before = survey(client);
    expect(client.getSnapshot().surveys.get(SURVEY)).toBe(before);
    await client.answer(SURVEY, 11, { text: "well" }).done;
    await until(() => answer(client, 11)?.saved);
    await settle();
    const after = survey(client);
    expect(after).not.toBe(before);
    expect(after.answers.get(answerKey(12))).toBe(before.answers.get(answerKey(12)));
    expect(after.schema?.questions[0]).toBe(before.schema?.questions[0]);
    await client.reloadSurvey(SURVEY);
    expect(survey(client).answers).toBe(after.answers);
    expect(survey(client).schema).toBe(after.schema);
    expect(survey(client).survey).toBe(after.survey);
  });
});

describe("answering", () => {
  test("the first answer is created, the next one changes it, and the state follows both", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    expect(survey(client).survey?.state?.completed).toBe(false);
    await client.answer(SURVEY, 11, { text: "well" }).done;
    expect(survey(client).survey?.state?.completed).toBe(true);
    const updated = survey(client).survey?.updated;
    await client.answer(SURVEY, 11, { text: "bad" }).done;
    await until(() => survey(client).survey?.updated !== updated);
    expect(answer(client, 11)).toMatchObject({
      item: { text: "bad" },
      saved: true,
      saving: null,
      refused: null,
    });
    expect(server.of(`POST ${ITEMS}`).map(({ body }) => body)).toEqual([
      { related_question: 11, text: "well" },
    ]);
    const { id } = server.find(11) ?? {};
    expect(server.of(`PATCH ${ITEMS}/${id}`).map(({ body }) => body)).toEqual([{ text: "bad" }]);
    expect(server.of(`PATCH ${ITEMS}/${id}`)[0]?.query.get("explain")).toBe("true");
  });

  test("texts that quote an answer are loaded again", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    await client.answer(SURVEY, 11, { text: "well" }).done;
    await until(() => survey(client).schema?.questions[1]?.text === "Why well?");
  });

  test("texts that depend on nothing are not", async () => {
    const server = new SurveyServer();
    server.texts = ["How are you?", "Why?"];
    const client = await opened(server);
    for (const text of ["well", "bad", "well"]) await client.answer(SURVEY, 11, { text }).done;
    await settle();
    const shown = server.of("GET schemas/5").filter(({ query }) => query.has("survey"));
    expect(shown).toHaveLength(1);
    expect(server.of("GET schemas/5")).toHaveLength(2);
  });

  test("an answer is shown as being saved until it is stored", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    const gate = new Gate<Response>();
    server.on(`POST ${ITEMS}`, () => gate.passed);
    const { id } = client.answer(SURVEY, 11, { answers: [4] });
    await until(() => answer(client, 11)?.saving?.state === "sending");
    expect(answer(client, 11)).toMatchObject({ saved: false, item: null, saving: { id } });
    expect(answer(client, 11).saving?.data).toEqual({
      survey: SURVEY,
      question: 11,
      instance: 0,
      draft: { answers: [4] },
    });
    const item = server.store({ related_question: 11, answers: [4] });
    gate.open(json(201, { ...item, survey_data: server.survey() }));
    await until(() => answer(client, 11).saved);
    expect(answer(client, 11).item).not.toHaveProperty("survey_data");
  });

  test("without a connection, the last answer to each question is sent", async () => {
    fakeClock();
    const server = new SurveyServer();
    const client = await opened(server);
    server.on(`POST ${ITEMS}`, unreachable);
    void client.answer(SURVEY, 12, { text: "first" });
    await pass(0);
    const replaced = client.answer(SURVEY, 11, { text: "one" }).done;
    void client.answer(SURVEY, 11, { text: "two" });
    void client.answer(SURVEY, 31, { text: "Ada" }, 1);
    void client.answer(SURVEY, 31, { text: "Bob" }, 2);
    await pass(0);
    expect(await replaced).toBeNull();
    const sent: unknown[] = [];
    server.on(`POST ${ITEMS}`, ({ body }) => {
      sent.push(body);
      return json(201, { ...server.store(body as object), survey_data: server.survey() });
    });
    await pass(60_000);
    expect(sent).toEqual([
      { related_question: 12, text: "first" },
      { related_question: 11, text: "two" },
      { related_question: 31, text: "Ada", instance: 1 },
      { related_question: 31, text: "Bob", instance: 2 },
    ]);
    expect(client.getSnapshot().queue).toEqual([]);
  });

  test("a question that another page has answered is changed", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    server.store({ related_question: 31, instance: 2, text: "Bob" });
    const { id } = server.store({ related_question: 31, instance: 1, text: "Ada" });
    await client.answer(SURVEY, 31, { text: "Eve" }, 1).done;
    expect(server.items.get(id)?.text).toBe("Eve");
    expect(server.find(31, 2)?.text).toBe("Bob");
    expect(answer(client, 31, 1).item?.id).toBe(id);
  });

  test("an answer that another page has deleted is created", async () => {
    const server = new SurveyServer();
    const { id } = server.store({ related_question: 11, text: "well" });
    const client = await opened(server);
    server.items.delete(id);
    await client.answer(SURVEY, 11, { text: "bad" }).done;
    expect(server.find(11)?.text).toBe("bad");
  });

  test("answers of a survey that is not open are sent", async () => {
    const server = new SurveyServer();
    server.store({ related_question: 11, text: "well" });
    const client = await connected(server);
    await client.answer(SURVEY, 11, { text: "bad" }).done;
    expect(server.find(11)?.text).toBe("bad");
  });

  test("a deleted answer is gone, also if another page has deleted it", async () => {
    const server = new SurveyServer();
    server.store({ related_question: 11, text: "well" });
    const { id } = server.store({ related_question: 12, text: "so" });
    const client = await opened(server);
    await client.clearAnswer(SURVEY, 11).done;
    server.items.delete(id);
    expect(await client.clearAnswer(SURVEY, 12).done).toBeNull();
    expect(await client.clearAnswer(SURVEY, 31, 1).done).toBeNull();
    await until(() => survey(client).survey?.state?.completed === false);
    expect(survey(client).answers.size).toBe(0);
  });

  test("a page that was requested before does not undo what was stored meanwhile", async () => {
    const server = new SurveyServer();
    const { id } = server.store({ related_question: 12, text: "old" });
    const client = await opened(server);
    const old = { results: [...server.items.values()], next: null, previous: null };
    const gate = new Gate<object>();
    server.on(`GET ${ITEMS}`, () => gate.passed);
    const reloaded = client.reloadSurvey(SURVEY);
    await client.answer(SURVEY, 12, { text: "new" }).done;
    await client.answer(SURVEY, 11, { text: "well" }).done;
    gate.open(old);
    await reloaded;
    expect(answer(client, 12).item).toMatchObject({ id, text: "new" });
    expect(answer(client, 11).item?.text).toBe("well");
  });
});

describe("refused answers", () => {
  const explanations = [{ field: "text", code: "TOO_LARGE", text: "a number from 0 to 10", expected: null }];

  test("are explained beside the question, and the stored answer stays", async () => {
    const server = new SurveyServer();
    server.store({ related_question: 11, text: "5" });
    const client = await opened(server);
    server.refuse(({ text }) => (text === "99" ? { text: ["TOO_LARGE"], explanations } : null));
    const refusal = await client.answer(SURVEY, 11, { text: "99" }).done.catch((error: unknown) => error);
    expect((refusal as ApiError).fields).toEqual({ text: ["TOO_LARGE"] });
    expect(answer(client, 11)).toMatchObject({
      item: { text: "5" },
      saved: false,
      saving: null,
      refused: { draft: { text: "99" }, explanations, canConfirm: false },
    });
    await client.answer(SURVEY, 11, { text: "6" }).done;
    await until(() => answer(client, 11).saved);
    expect(answer(client, 11).refused).toBeNull();
  });

  test("a warning can be confirmed", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    server.refuse(({ confirm }) => (confirm ? null : { text: ["CONFIRM"], explanations: [] }));
    await client.answer(SURVEY, 11, { text: "99" }).done.catch(() => {});
    const { refused } = answer(client, 11);
    expect(refused?.canConfirm).toBe(true);
    await client.answer(SURVEY, 11, { ...refused?.draft, confirm: true }).done;
    expect(server.of(`POST ${ITEMS}`).at(-1)?.body).toEqual({
      related_question: 11,
      text: "99",
      confirm: true,
    });
    expect(answer(client, 11)).toMatchObject({ item: { text: "99" }, refused: null });
  });

  test("are kept through a lost connection, until the next answer", async () => {
    fakeClock();
    const server = new SurveyServer();
    const client = await opened(server);
    server.on(`POST ${ITEMS}`, unreachable);
    void client.answer(SURVEY, 11, { text: "99" });
    await pass(0);
    server.on(`POST ${ITEMS}`, () => json(400, { text: ["TOO_LARGE"], explanations }));
    await pass(60_000);
    const shown = answer(client, 11);
    expect(shown.refused).toMatchObject({ draft: { text: "99" }, explanations, error: { status: 400 } });
    void client.answer(SURVEY, 12, { text: "x" }).done.catch(() => {});
    await pass(0);
    expect(answer(client, 11)).toBe(shown);
    await client.discard(client.getSnapshot().queue[0]?.id ?? "");
    expect(answer(client, 11)).toBeUndefined();
  });

  test("of a submitted survey show that it is submitted", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    server.submitted = "2026-01-05T12:30:00Z";
    await client.answer(SURVEY, 11, { text: "late" }).done.catch(() => {});
    await until(() => survey(client).survey?.submitted);
    expect(answer(client, 11).refused?.error.fields).toEqual({ survey: ["SUBMITTED"] });
  });
});

describe("repeated groups", () => {
  test("instances are added and removed with their answers", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    expect(await client.addInstance(SURVEY, 9)).toBe(2);
    const numbers = () =>
      survey(client).survey?.state?.instances?.["children"]?.map(({ instance }) => instance);
    expect(numbers()).toEqual([1, 2]);
    await client.answer(SURVEY, 31, { text: "Ada" }, 1).done;
    await client.answer(SURVEY, 31, { text: "Bob" }, 2).done;
    await client.removeInstance(SURVEY, 9, 2);
    expect(numbers()).toEqual([1]);
    expect([...survey(client).answers.keys()]).toEqual([answerKey(31, 1)]);
  });

  test("a refusal names the reason", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    server.on(`POST surveys/${SURVEY}/groups/9/instances`, () => json(400, { instances: ["TOO_MANY"] }));
    await expect(client.addInstance(SURVEY, 9)).rejects.toMatchObject({
      fields: { instances: ["TOO_MANY"] },
    });
  });
});

describe("submitting", () => {
  test("waits for the answers that are queued", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    const gate = new Gate();
    server.on(`POST ${ITEMS}`, async ({ body }) => {
      await gate.passed;
      return json(201, { ...server.store(body as object), survey_data: server.survey() });
    });
    void client.answer(SURVEY, 11, { text: "well" });
    await until(() => answer(client, 11)?.saving?.state === "sending");
    const submitted = client.submitSurvey(SURVEY);
    await settle();
    expect(server.of(`POST surveys/${SURVEY}/submit`)).toEqual([]);
    gate.open();
    expect((await submitted).submitted).not.toBeNull();
    expect(survey(client).survey?.submitted).not.toBeNull();
  });

  test("does not happen without an answer that was refused", async () => {
    const server = new SurveyServer();
    server.store({ related_question: 11, text: "5" });
    const client = await opened(server);
    server.refuse(() => ({ text: ["TOO_LARGE"] }));
    void client.answer(SURVEY, 12, { text: "99" });
    await expect(client.submitSurvey(SURVEY)).rejects.toMatchObject({ fields: { text: ["TOO_LARGE"] } });
    expect(server.of(`POST surveys/${SURVEY}/submit`)).toEqual([]);
    await client.clearAnswer(SURVEY, 12).done;
    await client.submitSurvey(SURVEY);
  });

  test("is refused while answers are missing", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    await expect(client.submitSurvey(SURVEY)).rejects.toMatchObject({ fields: { state: ["NOT_COMPLETE"] } });
  });

  test("shows results where the host does", async () => {
    const server = new SurveyServer();
    const client = await opened(server);
    const path = `GET surveys/${SURVEY}/results`;
    server.on(path, () => json(403, { detail: "No." }));
    expect(await client.surveyResults(SURVEY)).toBeNull();
    server.on(path, () => ({ final: true, scores: { total: 3 } }));
    expect(await client.surveyResults(SURVEY)).toEqual({ final: true, scores: { total: 3 } });
    server.on(path, () => json(404, {}));
    await expect(client.surveyResults(SURVEY)).rejects.toMatchObject({ status: 404 });
  });
});
