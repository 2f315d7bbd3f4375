/** The state of the editor: the script with its history, what is open, and what is wrong. */

import { groupsOf, type Question, type Script, shortened } from "./document.js";
import type { Condition } from "./conditions.js";
import { addQuestion, freeName, move, type SetAside, setType } from "./edits.js";
import { begin, change, type HistoryState, rebased, redo, settle, undo } from "./history.js";
import { leadingTo } from "./references.js";

export interface Problem {
  readonly qid: number | null;
  readonly question: number | null;
  readonly answer: number | null;
  readonly part: "question" | "answer" | "group" | "score" | "flag" | "schema" | "attachment";
  readonly field: string | null;
  readonly text: string;
  /** What it means to authors, in the language of the page, if the text is one of the checker, with expressions. */
  readonly plain?: string;
}

export interface Finding extends Problem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly hint: string;
}

/** A type of questions, as the server registers it. */
export interface QuestionType {
  readonly value: string;
  readonly label: string;
  readonly limits: readonly string[];
  readonly asked: boolean;
  readonly choice: boolean;
  readonly control: string;
}

export interface Urls {
  readonly check: string;
  readonly save: string;
  readonly state: string;
  readonly copy: string;
  readonly preview: string;
  readonly picture: string;
  readonly library: string;
}

/** What the page has for the editor. */
export interface PageData {
  readonly document: Script;
  readonly token: string;
  readonly types: readonly QuestionType[];
  readonly languages: readonly (readonly [string, string])[];
  readonly findings: readonly Finding[];
  readonly urls: Urls;
  readonly strings: Readonly<Record<string, string>>;
  /** The header for the token against forged requests. */
  readonly csrfHeader?: string;
  /** Addresses of the stored pictures, by their file. */
  readonly pictures?: Readonly<Record<string, string>>;
}

/** A condition as it is entered, and the expression that the script has for it. */
export interface Unfinished {
  readonly condition: Condition;
  readonly source: string;
}

export type View = "questions" | "translations" | "rules" | "groups";

/** Fires `change` after each change of what is shown, and `edit` after each change of the script. */
export class Editor extends EventTarget {
  history: HistoryState<Script>;
  view: View = "questions";
  /** Words that the shown questions have. */
  filter = "";
  findings: readonly Finding[];
  /** New questions that the author has not left yet: what they lack is no problem before. */
  readonly fresh = new Set<number>();
  /** Why the last attempt to save was refused. */
  refused: readonly Problem[] = [];
  readonly open = new Set<number>();
  readonly folded = new Set<string>();
  readonly pictures: Record<string, string>;
  /** Why the last picture of a question was refused, by its qid. */
  readonly refusedPictures = new Map<number, string>();
  /** Conditions that lack something: they are not in the script. By the keys of their controls. */
  readonly unfinished = new Map<string, Unfinished>();
  /** How many cards were drawn. */
  drawn = 0;
  readonly #aside = new Map<number, SetAside>();
  readonly #cardKeys = new Map<number, string>();
  #indexed: Script | null = null;
  #sorted: readonly [readonly Problem[], readonly Finding[]] | null = null;
  readonly #byQuestion = new Map<string, readonly (Problem | Finding)[]>();
  #places = new Map<number, number>();

  constructor(readonly data: PageData) {
    super();
    this.history = begin(data.document);
    this.findings = data.findings;
    this.pictures = { ...data.pictures };
  }

  get script(): Script {
    return this.history.present;
  }

  /** Return the index of a question, or -1. */
  indexOf(qid: number): number {
    const { script } = this;
    if (script !== this.#indexed) {
      this.#places = new Map(script.questions.map((question, index) => [question.qid, index]));
      this.#indexed = script;
    }
    return this.#places.get(qid) ?? -1;
  }

  question(qid: number): Question | undefined {
    return this.script.questions[this.indexOf(qid)];
  }

  type(value: string): QuestionType | undefined {
    return this.data.types.find((type) => type.value === value);
  }

  /** Return the text of the page with that key, in which `%(name)s` stand for parameters. */
  readonly t = (key: string, parameters: Readonly<Record<string, string | number>> = {}): string => {
    const text = this.data.strings[key] ?? key;
    return text.replace(/%\((\w+)\)s/g, (_, name: string) => String(parameters[name] ?? ""));
  };

  /** Change the script; successive changes of one `subject` are one step of undo. */
  edit(edit: (script: Script) => Script, subject: string | null = null): void {
    this.#go(change(this.history, edit(this.script), subject));
  }

  /** The next change is a step of its own. */
  settle(): void {
    this.history = settle(this.history);
  }

  undo(): void {
    this.#go(undo(this.history));
  }

  redo(): void {
    this.#go(redo(this.history));
  }

  /** Apply `change` to the script as it is and to all versions that undo and redo come to. */
  rebase(change: (script: Script) => Script): void {
    this.#go(rebased(this.history, change));
  }

  /** What identifies the card of a question, whatever its number. */
  cardKey(qid: number): string {
    return this.#cardKeys.get(qid) ?? String(qid);
  }

  /** Let questions have other numbers: what is open, entered and focused stays with each. */
  renumber(numbers: ReadonlyMap<number, number>): void {
    for (const [before, after] of numbers) {
      this.#cardKeys.set(after, this.cardKey(before));
      this.#cardKeys.set(before, `${before} instead of ${after}`);
      for (const qids of [this.open, this.fresh]) if (qids.delete(before)) qids.add(after);
      for (const found of [this.refusedPictures, this.#aside] as Map<number, unknown>[])
        renamedKey(found, before, after);
      for (const key of this.unfinished.keys())
        if (key.startsWith(`q${before}-`))
          renamedKey(this.unfinished, key, `q${after}${key.slice(`q${before}`.length)}`);
    }
    this.dispatchEvent(new CustomEvent("renumber", { detail: numbers }));
  }

  #go(history: HistoryState<Script>): void {
    if (history === this.history) return;
    const isChanged = history.present !== this.history.present;
    this.history = history;
    if (isChanged) this.dispatchEvent(new Event("edit"));
    this.changed();
  }

  /** Draw again. */
  changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Open the card of a question, whatever the filter and the view, and scroll to it. */
  show(qid: number): void {
    const question = this.question(qid);
    if (!question) return;
    this.view = "questions";
    this.filter = "";
    if (question.group !== undefined) this.folded.delete(question.group);
    this.open.add(qid);
    this.changed();
    this.dispatchEvent(new CustomEvent("show", { detail: qid }));
  }

  /** Put a question at `index`, and open it. */
  add(index: number, type = "text"): void {
    const { script, question } = addQuestion(this.script, index, type);
    this.fresh.add(question.qid);
    this.edit(() => script);
    this.show(question.qid);
    this.focus(question.qid, "text");
  }

  /** Move a question to `index`, and say if others lead to it by name: they do so where it is now. */
  move(qid: number, index: number): void {
    const before = this.script;
    this.edit((script) => move(script, qid, index));
    const count = leadingTo(this.script, qid);
    if (this.script !== before && count) this.say(this.t("moved_leads", { count }));
  }

  /** Give a question another type; what it does not take is put back with one that takes it. */
  setType(qid: number, type: string): void {
    this.edit((script) => {
      const next = setType(script, qid, type, this.type(type)?.limits ?? [], this.#aside.get(qid));
      this.#aside.set(qid, next.aside);
      return next.script;
    });
  }

  /** Move the focus to a part of a card, by its key, once it is drawn. */
  focus(qid: number, key: string): void {
    this.dispatchEvent(new CustomEvent("focus-part", { detail: { qid, key } }));
  }

  /** Say something to users of screen readers, and show it for a while. */
  say(text: string): void {
    this.dispatchEvent(new CustomEvent("say", { detail: text }));
  }

  /** How many conditions are not finished, and so not in the script. */
  get unfinishedCount(): number {
    const qids = [...this.unfinished.keys()].map((key) => /^q(-?\d+)-/.exec(key)?.[1]);
    return qids.filter((qid) => qid === undefined || this.question(Number(qid))).length;
  }

  /** Let what is entered behind a removed item follow it: the keys are the prefix, the index of an item, and a rest. */
  closeUp(prefix: string, removed: number): void {
    for (const key of [...this.unfinished.keys()]) {
      const [, index, rest = ""] = new RegExp(`^${prefix}(\\d+)(.*)$`).exec(key) ?? [];
      if (index === undefined || Number(index) < removed) continue;
      if (Number(index) === removed) this.unfinished.delete(key);
      else renamedKey(this.unfinished, key, `${prefix}${Number(index) - 1}${rest}`);
    }
    this.dispatchEvent(new Event("closed-up"));
  }

  /** Return the names of the groups, also of those that only questions name. */
  groupNames(): readonly string[] {
    const listed = groupsOf(this.script).map(({ name }) => name);
    const used = this.script.questions.map(({ group }) => group).filter((group) => group !== undefined);
    return [...new Set([...listed, ...used])];
  }

  newGroupName(): string {
    const names = this.groupNames();
    let number = names.length + 1;
    while (names.includes(this.t("group_name", { number }))) number += 1;
    return this.t("group_name", { number });
  }

  /** Return a free key for a repeated group, made of its title. */
  freeKey(title: string): string {
    return freeName(this.script, title, "rounds");
  }

  /** Return a text of the checker, which names questions by their qids, with their texts instead; scores and flags, too. */
  said(text: string): string {
    const { scores, flags } = this.script;
    const labelled = text.replace(/\b(score|flag) "(\w+)"/g, (whole, kind: string, name: string) => {
      const label = (kind === "score" ? scores : flags)?.find((each) => each.name === name)?.label;
      return label ? `${kind} “${label}”` : whole;
    });
    return labelled.replace(/\b(?:with )?QID (-?\d+)/g, (whole, number: string) => {
      const shown = shortened(this.question(Number(number))?.text, 60);
      return shown ? `“${shown}”` : whole;
    });
  }

  /** Return what is wrong with a question: first why it was refused. */
  problemsOf(qid: number): readonly (Problem | Finding)[] {
    if (this.#sorted?.[0] !== this.refused || this.#sorted[1] !== this.findings) {
      this.#byQuestion.clear();
      for (const problem of [...this.refused, ...this.findings]) {
        const key = problem.qid === null ? `at ${problem.question}` : `${problem.qid}`;
        this.#byQuestion.set(key, [...(this.#byQuestion.get(key) ?? []), problem]);
      }
      this.#sorted = [this.refused, this.findings];
    }
    const byPlace = this.#byQuestion.get(`at ${this.indexOf(qid)}`) ?? [];
    const all = [...(this.#byQuestion.get(`${qid}`) ?? []), ...byPlace];
    return this.fresh.has(qid) ? all.filter((each) => this.refused.includes(each)) : all;
  }
}

function renamedKey<Key>(map: Map<Key, unknown>, before: Key, after: Key): void {
  if (!map.has(before)) return;
  map.set(after, map.get(before));
  map.delete(before);
}
