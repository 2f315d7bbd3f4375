/** The survey API in memory: one survey, in which every answer is stored unless a rule refuses it. */

import type { Schema, Survey } from "../../src/documents.js";
import { at } from "./documents.js";
import { FakeServer, json, type Received } from "./server.js";

export const SURVEY = 3;
const SCHEMA = 5;
const ITEMS = `surveys/${SURVEY}/items`;

export interface Item {
  id: number;
  related_question: number;
  instance?: number;
  answers: readonly number[];
  text: string;
  updated: string;
  attachments_data: { id: number; title: string }[];
}

export interface Body {
  readonly related_question?: number;
  readonly instance?: number;
  readonly answers?: readonly number[];
  readonly text?: string;
  readonly confirm?: boolean;
}

type Rule = (body: Body) => object | null;

const question = (id: number, text: string) => ({
  id,
  qid: id - 10,
  text,
  answers: [],
  attachments: [],
  group: null,
});

export class SurveyServer extends FakeServer {
  readonly items = new Map<number, Item>();
  /** The texts of questions 11 and 12, which quotes the first answer. */
  texts = ["How are you?", "Why {{ answers.q1 }}?"];
  instances: number[] = [1];
  submitted: string | null = null;
  pageSize = 200;
  #now = 0;
  #last = 20;
  #rule: Rule = () => null;

  constructor() {
    super();
    this.on(`GET surveys/${SURVEY}`, () => this.survey());
    this.on(`GET schemas/${SCHEMA}`, ({ query }) => this.schema(query.has("survey")));
    this.on(`GET ${ITEMS}`, (request) => this.#list(request));
    this.on(`POST ${ITEMS}`, ({ body }) => this.#post(body as Body | FormData));
    this.on(`POST surveys/${SURVEY}/submit`, () => {
      if (!this.items.size) return json(400, { state: ["NOT_COMPLETE"] });
      this.submitted = at(this.#tick());
      return this.survey();
    });
    const instances = `surveys/${SURVEY}/groups/9/instances`;
    this.on(`POST ${instances}`, () => {
      const instance = Math.max(0, ...this.instances) + 1;
      this.instances.push(instance);
      this.#tick();
      this.on(`DELETE ${instances}/${instance}`, () => {
        this.instances = this.instances.filter((number) => number !== instance);
        for (const item of this.items.values()) if (item.instance === instance) this.items.delete(item.id);
        this.#tick();
        return new Response(null, { status: 204 });
      });
      return json(201, { instance, survey_data: this.#core() });
    });
  }

  /** Refuse the answers for which the rule returns errors. */
  refuse(rule: Rule): void {
    this.#rule = rule;
  }

  survey(): Survey {
    return {
      ...this.#core(),
      submitted: this.submitted,
      user_data: null,
      automated_sender_data: null,
    } as Survey;
  }

  /** Survey data of responses to answers, without what only the survey itself has. */
  #core(): Partial<Survey> & { id: number } {
    const instances = this.instances.map((instance) => ({
      instance,
      visibility: [21],
      values: {},
      problems: [],
    }));
    const state = { visibility: [1, 2], completed: this.items.size > 0, instances: { children: instances } };
    return { id: SURVEY, schema: SCHEMA, user: 1, updated: at(this.#now), created: at(0), state } as never;
  }

  schema(isShown: boolean): Schema {
    const first = this.find(11)?.text ?? "";
    const texts = this.texts.map((text) => (isShown ? text.replace("{{ answers.q1 }}", first) : text));
    const questions = texts.map((text, index) => question(11 + index, text));
    const group = { id: 9, key: "children", name: "Children", questions: [question(31, "Their name?")] };
    return { id: SCHEMA, name: "Mood", questions, groups: [group] } as unknown as Schema;
  }

  find(related: number, instance = 0): Item | undefined {
    const isIt = (item: Item) => item.related_question === related && (item.instance ?? 0) === instance;
    return [...this.items.values()].find(isIt);
  }

  /** Store an answer, as another page of the user does. */
  store(body: Body, files: readonly string[] = []): Item {
    const { related_question: related = 0, instance } = body;
    const item: Item = {
      id: (this.#last += 1),
      related_question: related,
      ...(instance ? { instance } : {}),
      answers: body.answers ?? [],
      text: body.text ?? "",
      updated: at(this.#tick()),
      attachments_data: files.map((title) => ({ id: (this.#last += 1), title })),
    };
    this.items.set(item.id, item);
    const path = `${ITEMS}/${item.id}`;
    const gone = () => json(404, { detail: "Not found." });
    this.on(`GET ${path}`, () => this.items.get(item.id) ?? gone());
    this.on(`PATCH ${path}`, ({ body: change }) => this.#change(item.id, change as Body) ?? gone());
    this.on(`DELETE ${path}`, () => {
      if (!this.items.delete(item.id)) return gone();
      this.#tick();
      return new Response(null, { status: 204 });
    });
    this.on(`POST ${path}/attachments`, ({ body: form }) => {
      const added = { id: (this.#last += 1), title: String((form as FormData).get("title")) };
      this.#replace(item.id, (old) => ({ attachments_data: [...old.attachments_data, added] }));
      this.on(`DELETE ${path}/attachments/${added.id}`, () => {
        const kept = (old: Item) => old.attachments_data.filter(({ id }) => id !== added.id);
        this.#replace(item.id, (old) => ({ attachments_data: kept(old) }));
        return new Response(null, { status: 204 });
      });
      return json(201, added);
    });
    return item;
  }

  #tick(): number {
    return (this.#now += 1);
  }

  #replace(id: number, change: (item: Item) => Partial<Item>): Item | null {
    const item = this.items.get(id);
    if (!item) return null;
    const changed = { ...item, ...change(item), updated: at(this.#tick()) };
    this.items.set(id, changed);
    return changed;
  }

  #list({ query }: Received): object {
    const related = Number(query.get("related_question") ?? 0);
    if (related) return [...this.items.values()].filter((item) => item.related_question === related);
    const after = Number(query.get("id__gt") ?? 0);
    const rest = [...this.items.values()].filter(({ id }) => id > after);
    const results = rest.slice(0, this.pageSize);
    const next = rest.length > results.length ? "https://chat.example/next" : null;
    return { results, next, previous: null };
  }

  #refusal(body: Body): Response | null {
    const errors = this.submitted ? { survey: ["SUBMITTED"] } : this.#rule(body);
    return errors && json(400, errors);
  }

  #post(sent: Body | FormData): object {
    const isForm = sent instanceof FormData;
    const related = Number(isForm ? sent.get("related_question") : sent.related_question);
    const body: Body = isForm ? { related_question: related, text: String(sent.get("text") ?? "") } : sent;
    if (this.find(related, body.instance)) return json(400, { related_question: ["ALREADY_ANSWERED"] });
    const files = isForm ? [...sent.keys()].filter((key) => key.endsWith("]file")) : [];
    return this.#refusal(body) ?? json(201, { ...this.store(body, files), survey_data: this.#core() });
  }

  #change(id: number, { answers, text, confirm }: Body): object | null {
    const refusal = this.#refusal({
      ...this.items.get(id),
      answers: answers ?? [],
      text: text ?? "",
      ...(confirm ? { confirm } : {}),
    });
    if (refusal) return refusal;
    return this.#replace(id, (old) => ({ answers: answers ?? old.answers, text: text ?? old.text }));
  }
}
