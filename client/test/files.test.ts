import { describe, expect, test } from "vitest";
import { formOf } from "../src/messages.js";
import { connected } from "./support/clients.js";
import { message, thread } from "./support/documents.js";
import { FakeServer, json, unreachable } from "./support/server.js";
import { SURVEY, SurveyServer } from "./support/surveys.js";
import { fakeClock, Gate, pass, settle, until } from "./support/waiting.js";

const ITEMS = `surveys/${SURVEY}/items`;
const photo = (title: string) => ({ file: new Blob(["pixels"]), title });
const titles = (server: SurveyServer) => server.find(11)?.attachments_data.map(({ title }) => title);

describe("forms", () => {
  test("have lists as repeated fields, JSON as text, and null as an empty field", () => {
    const form = formOf(
      { text: "a & b", answers: [4, 5], meta: { a: [1] }, asked: null, confirm: true, skip: undefined },
      [],
    );
    expect([...form]).toEqual([
      ["text", "a & b"],
      ["meta", '{"a":[1]}'],
      ["asked", ""],
      ["confirm", "true"],
      ["answers", "4"],
      ["answers", "5"],
    ]);
    expect(formOf({ meta: "text" }, []).get("meta")).toBe('"text"');
  });

  test("number attachments, those without a file first", () => {
    const attachments = [{ type: "youtube", url: "https://youtu.be/x", options: { start: 3 } }];
    const form = formOf({ attachments }, [
      photo("Arm"),
      { file: new File(["x"], "x.pdf"), type: "document" },
    ]);
    expect(form.get("attachments[0]options")).toBe('{"start":3}');
    expect(form.get("attachments[1]type")).toBe("image");
    expect(form.get("attachments[1]title")).toBe("Arm");
    expect(form.get("attachments[2]type")).toBe("document");
    expect((form.get("attachments[2]file") as File).name).toBe("x.pdf");
    expect(form.has("attachments[2]title")).toBe(false);
  });
});

describe("files of answers", () => {
  test("come with the first answer, and are added to the next", async () => {
    const server = new SurveyServer();
    const client = await connected(server);
    await client.openSurvey(SURVEY);
    await client.answer(SURVEY, 11, { files: [photo("Arm")] }).done;
    await client.answer(SURVEY, 11, { files: [photo("Leg"), photo("Foot")] }).done;
    expect(server.find(11)?.attachments_data).toHaveLength(3);
    expect(titles(server)?.slice(1)).toEqual(["Leg", "Foot"]);
    const item = client.getSnapshot().surveys.get(SURVEY)?.answers.get("11:0")?.item;
    expect(item?.attachments_data).toHaveLength(3);
    if (!item) throw new Error("There is no answer");
    await client.removeAnswerFile(SURVEY, item, item.attachments_data[1]?.id ?? 0);
    expect(titles(server)?.slice(1)).toEqual(["Foot"]);
  });

  test("are not added twice after a lost response", async () => {
    fakeClock();
    const server = new SurveyServer();
    const { id } = server.store({ related_question: 11, text: "" }, ["Arm"]);
    const client = await connected(server);
    await client.openSurvey(SURVEY);
    server.on(`GET ${ITEMS}/${id}`, unreachable);
    void client.answer(SURVEY, 11, { files: [photo("Leg")] });
    await pass(0);
    expect(titles(server)).toEqual(["Arm", "Leg"]);
    server.on(`GET ${ITEMS}/${id}`, () => server.items.get(id) ?? null);
    await pass(60_000);
    expect(titles(server)).toEqual(["Arm", "Leg"]);
    expect(client.getSnapshot().queue).toEqual([]);
  });

  test("do not stand for each other in the queue, and deleting the answer drops them", async () => {
    fakeClock();
    const server = new SurveyServer();
    const client = await connected(server);
    await client.openSurvey(SURVEY);
    server.on(`POST ${ITEMS}`, unreachable);
    for (const title of ["Arm", "Leg"])
      void client.answer(SURVEY, 11, { files: [photo(title)] }).done.catch(() => {});
    await pass(0);
    expect(client.getSnapshot().queue).toHaveLength(2);
    void client.clearAnswer(SURVEY, 11);
    await pass(0);
    expect(client.getSnapshot().queue).toHaveLength(0);
    expect(server.items.size).toBe(0);
  });

  test("an upload is stopped by discarding it", async () => {
    const server = new SurveyServer();
    const client = await connected(server);
    await client.openSurvey(SURVEY);
    server.on(`POST ${ITEMS}`, () => new Gate<object>().passed);
    const { id, done } = client.answer(SURVEY, 11, { files: [photo("Arm")] });
    await until(() => client.getSnapshot().queue[0]?.state === "sending");
    await client.discard(id);
    await expect(done).rejects.toMatchObject({ name: "AbortError" });
    expect(client.getSnapshot().queue).toEqual([]);
    expect(server.of(`POST ${ITEMS}`)[0]?.signal?.aborted).toBe(true);
  });
});

describe("files of messages", () => {
  test("are added and removed, and the message shows it", async () => {
    const server = new FakeServer();
    const path = "threads/7/messages/21";
    let attachments: object[] = [];
    server.on("GET threads/7", () => thread(7));
    server.on("GET threads/7/messages", () => ({ results: [message(21)], next: null, previous: null }));
    server.on(`GET ${path}`, () => message(21, { attachments_data: attachments as never }));
    server.on(`POST ${path}/attachments`, () => json(201, (attachments = [{ id: 31 }])[0] as object));
    server.on(`DELETE ${path}/attachments/31`, () => {
      attachments = [];
      return new Response(null, { status: 204 });
    });
    const client = await connected(server);
    await client.openThread(7);
    const shown = () => client.getSnapshot().rooms.get(7)?.messages[0]?.attachments_data;
    expect(await client.addFile(7, 21, photo("Arm"), { confirm: true })).toEqual({ id: 31 });
    const [sent] = server.of(`POST ${path}/attachments`);
    expect((sent?.body as FormData).get("title")).toBe("Arm");
    expect(sent?.query.get("confirm")).toBe("true");
    expect(shown()).toEqual([{ id: 31 }]);
    await client.removeAttachment(7, 21, 31);
    expect(shown()).toEqual([]);
  });
});

describe("members and scripts", () => {
  test("each call is one request", async () => {
    const server = new FakeServer();
    const users = "threads/7/users";
    server.on("GET threads/7", () => thread(7, { state: "scripted", question: 12, related_message: 101 }));
    server.on(`GET ${users}`, () => [{ user: 1 }]);
    server.on(`POST ${users}`, () => json(201, { user: 2 }));
    server.on(`PATCH ${users}/1`, ({ body }) => ({ user: 1, ...(body as object) }));
    server.on(`DELETE ${users}/2`, () => new Response(null, { status: 204 }));
    server.on(`DELETE ${users}/1`, () => new Response(null, { status: 204 }));
    server.on("PATCH threads/7/assignment", () => ({}));
    server.on("GET threads/7/messages", () => ({ results: [], next: null, previous: null }));
    server.on("POST threads/7/messages", () => new Response(null, { status: 204 }));
    const client = await connected(server);
    await client.openThread(7);
    await until(() => client.getSnapshot().rooms.get(7)?.thread);
    expect(await client.members(7)).toEqual([{ user: 1 }]);
    await client.addMember(7, 2, { permissions: 3 });
    expect(server.of(`POST ${users}`)[0]?.body).toEqual({ user: 2, permissions: 3 });
    expect(await client.pauseScript(7)).toEqual({ user: 1, paused: true });
    expect(await client.resumeScript(7)).toEqual({ user: 1, paused: false });
    await client.assign(7, null);
    expect(server.of("PATCH threads/7/assignment")[0]?.body).toEqual({ assigned_to: null });
    const { id } = client.skip(7);
    await until(() => server.of("POST threads/7/messages").length === 1);
    expect(server.of("POST threads/7/messages")[0]?.body).toMatchObject({
      client_id: id,
      skip: true,
      question: 12,
      asked: 101,
    });
    await client.stopScript(7).done;
    expect(server.of("POST threads/7/messages")[1]?.body).toMatchObject({ break_state: true });
    await client.removeMember(7, 2);
    await client.leave(7);
    await settle();
    expect(client.getSnapshot().rooms.has(7)).toBe(false);
  });
});
