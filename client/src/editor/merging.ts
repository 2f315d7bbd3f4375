/** The merge of two versions of a script that were changed apart: part by part, where only one of them changed it. */

import {
  END,
  isChoice,
  mapped,
  type Question,
  type Script,
  withoutPositions,
  withValues,
} from "./document.js";
import { withTargets } from "./references.js";

export type Side = "mine" | "theirs";

/** What both versions changed differently: a question, or else (null) the order or a part of the whole script. */
export type Clash = number | null;

export interface Merged {
  readonly script: Script;
  readonly clashes: readonly Clash[];
}

type Json = Readonly<Record<string, unknown>>;

/** Columns in which an empty value says something of its own: a question with the target null leads nowhere. */
const TELLING: readonly string[] = ["next_qid", "value", "default", "calculate"];

const keys = new WeakMap<object, string>();

/** Return a text that is the same for values that say the same: without the order of columns, and without empty columns. */
export function keyOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  let key = keys.get(value);
  if (key === undefined) {
    key = Array.isArray(value) ? `[${value.map(keyOf).join()}]` : keyOfObject(value as Json);
    keys.set(value, key);
  }
  return key;
}

function keyOfObject(value: Json): string {
  const parts = Object.keys(value)
    .filter((name) => name !== "position" && (TELLING.includes(name) || !isEmpty(value[name])))
    .sort()
    .map(
      (name) =>
        `${JSON.stringify(name)}:${name === "meta" ? JSON.stringify(value[name]) : keyOf(value[name])}`,
    );
  return `{${parts.join()}}`;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  return Array.isArray(value) && !value.length;
}

export function areSame(one: unknown, other: unknown): boolean {
  return one === other || keyOf(one) === keyOf(other);
}

/** Return the script without targets that are the question below, which the server does not write. */
export function withoutDefaultTargets(script: Script): Script {
  const questions = mapped(script.questions, (question, index) => {
    const below = script.questions[index + 1]?.qid ?? END;
    const isDefault = question.next_qid === below && !isChoice(question) && question.type !== "fork";
    const led = isDefault ? withValues(question, { next_qid: undefined }) : question;
    const answers =
      led.answers &&
      mapped(led.answers, (answer) =>
        answer.next_qid === below ? withValues(answer, { next_qid: undefined }) : answer,
      );
    return answers === led.answers ? led : { ...led, answers: answers ?? [] };
  });
  return questions === script.questions ? script : { ...script, questions };
}

export function areSameScripts(one: Script, other: Script): boolean {
  return one === other || areSame(withoutDefaultTargets(one), withoutDefaultTargets(other));
}

/** Return the questions that differ, and null if anything else does. */
export function differences(own: Script, others: Script): readonly Clash[] {
  const [mine, theirs] = [withoutDefaultTargets(own), withoutDefaultTargets(others)];
  const [one, other] = [questionsOf(mine), questionsOf(theirs)];
  const qids = [...new Set([...one.keys, ...other.keys])].map(Number);
  const found: Clash[] = qids.filter((qid) => !areSame(one.items.get(qid), other.items.get(qid)));
  const rest = ({ questions, ...more }: Script): unknown => [more, questions.map(({ qid }) => qid)];
  return areSame(rest(mine), rest(theirs)) ? found : [...found, null];
}

/** Return what became of a value, and whether both changed it differently. */
function changedValue<Value>(
  base: Value,
  mine: Value,
  theirs: Value,
  prefer: Side,
): { value: Value; isClash: boolean } {
  if (areSame(mine, theirs) || areSame(base, theirs)) return { value: mine, isClash: false };
  if (areSame(base, mine)) return { value: theirs, isClash: false };
  return { value: prefer === "mine" ? mine : theirs, isClash: true };
}

type Key = number | string;

interface Listed<Item> {
  readonly keys: readonly Key[];
  readonly items: ReadonlyMap<Key, Item>;
}

function listed<Item>(items: readonly Item[], key: (item: Item) => Key): Listed<Item> {
  const map = new Map(items.map((item) => [key(item), item]));
  return { keys: [...map.keys()], items: map };
}

interface MergedList<Item> {
  readonly items: readonly Item[];
  readonly clashes: readonly Key[];
  readonly isOrderClash: boolean;
}

function mergedList<Item>(
  base: Listed<Item>,
  mine: Listed<Item>,
  theirs: Listed<Item>,
  prefer: Side,
): MergedList<Item> {
  const found = new Map<Key, Item>();
  const clashes: Key[] = [];
  for (const key of new Set([...mine.keys, ...theirs.keys])) {
    const { value, isClash } = changedValue<Item | undefined>(
      base.items.get(key),
      mine.items.get(key),
      theirs.items.get(key),
      prefer,
    );
    if (isClash) clashes.push(key);
    if (value !== undefined) found.set(key, value);
  }
  const { order, isClash } = mergedOrder(base, mine, theirs, prefer, found);
  return {
    items: order.map((key) => found.get(key) as Item),
    clashes,
    isOrderClash: isClash,
  };
}

/** Return the order of the keys that are `left`: that of whoever changed it, with what the other added behind its neighbor. */
function mergedOrder<Item>(
  base: Listed<Item>,
  mine: Listed<Item>,
  theirs: Listed<Item>,
  prefer: Side,
  left: ReadonlyMap<Key, Item>,
): { order: readonly Key[]; isClash: boolean } {
  const isCommon = (key: Key): boolean => base.items.has(key) && mine.items.has(key) && theirs.items.has(key);
  const [was, own, other] = [base, mine, theirs].map((list) => list.keys.filter(isCommon).join("\n"));
  const isClash = own !== was && other !== was && own !== other;
  const isMine = isClash ? prefer === "mine" : own !== was;
  const [first, second] = isMine ? [mine, theirs] : [theirs, mine];
  const order = first.keys.filter((key) => left.has(key));
  const placed = new Set(order);
  if (second.keys.every((key) => placed.has(key) || !left.has(key))) return { order, isClash };
  let at = 0;
  for (const key of second.keys) {
    if (placed.has(key)) at = order.indexOf(key) + 1;
    else if (left.has(key)) {
      order.splice(at, 0, key);
      at += 1;
    }
  }
  return { order, isClash };
}

const LISTS = ["groups", "scores", "flags"] as const;

type Named = string | { readonly name: string };

function nameOf(item: Named): string {
  return typeof item === "string" ? item : item.name;
}

function questionsOf(script: Script): Listed<Question> {
  return listed(script.questions, ({ qid }) => qid);
}

function namedItems(script: Script, name: (typeof LISTS)[number]): Listed<Named> {
  return listed<Named>(script[name] ?? [], nameOf);
}

/** Merges versions of one author, which began with `base`, with the version that somebody else made of it. */
export class Merger {
  /** The numbers of new questions that get other ones, as somebody else's new questions have them. */
  readonly numbers: ReadonlyMap<number, number>;
  readonly base: Script;
  readonly #base: Listed<Question>;
  readonly #theirs: Listed<Question>;

  /** `begun` is what both began with. `versions` are all that can be merged: new numbers are free in each of them. */
  constructor(
    readonly begun: Script,
    readonly theirs: Script,
    versions: readonly Script[],
  ) {
    this.base = withoutDefaultTargets(begun);
    this.#base = questionsOf(this.base);
    this.#theirs = questionsOf(withoutDefaultTargets(theirs));
    this.numbers = this.#newNumbers(versions);
  }

  #newNumbers(versions: readonly Script[]): ReadonlyMap<number, number> {
    const numbers = new Map<number, number>();
    let last = 0;
    for (const { questions } of [this.base, this.theirs, ...versions])
      for (const { qid } of questions) last = Math.max(last, qid);
    for (const version of versions)
      for (const question of withoutDefaultTargets(version).questions) {
        const other = this.#theirs.items.get(question.qid);
        const isNew = !this.#base.items.has(question.qid) && !numbers.has(question.qid);
        if (!other || !isNew || areSame(question, other)) continue;
        last += 1;
        numbers.set(question.qid, last);
      }
    return numbers;
  }

  /** Return the version with what somebody else changed; where both changed something differently, `prefer` counts. */
  merge(version: Script, prefer: Side): Merged {
    if (version === this.begun) return { script: this.theirs, clashes: [] };
    const mine = withoutDefaultTargets(this.#renumbered(version));
    const { base, theirs } = this;
    const questions = mergedList(this.#base, questionsOf(mine), this.#theirs, prefer);
    const clashes: Clash[] = questions.clashes.map(Number);
    let isRestClash = questions.isOrderClash;
    const rest: Record<string, unknown> = {};
    for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)]) as Set<keyof Script>) {
      if (name === "questions" || (LISTS as readonly string[]).includes(name)) continue;
      const { value, isClash } = changedValue<unknown>(base[name], mine[name], theirs[name], prefer);
      isRestClash ||= isClash;
      if (value !== undefined) rest[name] = value;
    }
    for (const name of LISTS) {
      const merged = mergedList(
        namedItems(base, name),
        namedItems(mine, name),
        namedItems(theirs, name),
        prefer,
      );
      isRestClash ||= merged.isOrderClash || merged.clashes.length > 0;
      if (merged.items.length) rest[name] = merged.items;
    }
    if (isRestClash) clashes.push(null);
    const script = { ...rest, questions: withoutPositions(questions.items) } as unknown as Script;
    return { script: areSameScripts(script, theirs) ? theirs : script, clashes };
  }

  #renumbered(version: Script): Script {
    if (!version.questions.some(({ qid }) => this.numbers.has(qid))) return version;
    const number = (qid: number): number => this.numbers.get(qid) ?? qid;
    const led = withTargets(version, number);
    return {
      ...led,
      questions: mapped(led.questions, (question) =>
        this.numbers.has(question.qid) ? { ...question, qid: number(question.qid) } : question,
      ),
    };
  }
}
