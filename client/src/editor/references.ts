/** What the parts of a script refer to: targets by qid, names in expressions, names in texts. */

import {
  type Answer,
  type Constraint,
  groupsOf,
  type Limits,
  mapped,
  type Pair,
  type Question,
  type Script,
  type Translations,
  withValues,
} from "./document.js";
import { namesIn, renamed } from "./expressions.js";

type Change = (source: string) => string;

const TEXT_LIMITS: readonly string[] = ["pattern", "format"];

function changed<Item extends object>(
  item: Item,
  values: { [Key in keyof Item]?: Item[Key] | undefined },
): Item {
  const different = Object.entries(values).filter(
    ([key, value]) => value !== undefined && value !== item[key as keyof Item],
  );
  return different.length ? { ...item, ...Object.fromEntries(different) } : item;
}

function maybe<Value>(value: Value, change: Change): Value {
  return typeof value === "string" ? (change(value) as Value) : value;
}

function inPairs(pairs: readonly Pair[] | undefined, change: Change): readonly Pair[] | undefined {
  return pairs && mapped(pairs, (pair) => (change(pair[1]) === pair[1] ? pair : [pair[0], change(pair[1])]));
}

function inLimits(limits: Limits | null | undefined, change: Change): Limits | null | undefined {
  if (!limits) return limits;
  const entries = Object.entries(limits).map(([name, value]) => [
    name,
    TEXT_LIMITS.includes(name) ? value : maybe(value, change),
  ]);
  return entries.every(([name, value]) => limits[name as string] === value)
    ? limits
    : Object.fromEntries(entries);
}

function inAnswer(answer: Answer, change: Change): Answer {
  return changed(answer, {
    show_if: maybe(answer.show_if, change),
    variable_modifications: inPairs(answer.variable_modifications, change),
  });
}

function inConstraint(constraint: Constraint, change: Change): Constraint {
  return changed(constraint, { check: change(constraint.check) });
}

function inQuestion(question: Question, change: Change): Question {
  return changed(question, {
    show_if: maybe(question.show_if, change),
    default: maybe(question.default, change),
    calculate: maybe(question.calculate, change),
    limits: inLimits(question.limits, change),
    constraints: question.constraints && mapped(question.constraints, (each) => inConstraint(each, change)),
    variable_modifications: inPairs(question.variable_modifications, change),
    forking_rules: inPairs(question.forking_rules, change),
    answers: question.answers && mapped(question.answers, (answer) => inAnswer(answer, change)),
  });
}

/** Apply `change` to each expression of the script; what it leaves as it is keeps its identity. */
export function withExpressions(script: Script, change: Change): Script {
  return changed(script, {
    questions: mapped(script.questions, (question) => inQuestion(question, change)),
    groups:
      script.groups &&
      mapped(script.groups, (group) => {
        if (typeof group === "string") return group;
        const { repeat } = group;
        return changed(group, {
          show_if: maybe(group.show_if, change),
          repeat: repeat && changed(repeat, { count: maybe(repeat.count, change) }),
        });
      }),
    scores:
      script.scores &&
      mapped(script.scores, (score) => changed(score, { expression: change(score.expression) })),
    flags: script.flags && mapped(script.flags, (flag) => changed(flag, { if: change(flag.if) })),
  });
}

function inTranslations(texts: Translations | undefined, change: Change): Translations | undefined {
  if (!texts) return texts;
  const entries = Object.entries(texts).map(([code, text]) => [code, change(text)] as const);
  return entries.every(([code, text]) => texts[code] === text) ? texts : Object.fromEntries(entries);
}

/** Apply `change` to the texts of an object, its `columns`, and to their translations. */
function inTexts<Item extends object>(item: Item, columns: readonly string[], change: Change): Item {
  const values: Record<string, unknown> = {};
  const source = item as Record<string, unknown>;
  for (const column of columns) {
    values[column] = maybe(source[column], change);
    values[`${column}_i18n`] = inTranslations(source[`${column}_i18n`] as Translations | undefined, change);
  }
  return changed(item, values as never);
}

/** Apply `change` to each text that members see. */
export function withTexts(script: Script, change: Change): Script {
  return changed(script, {
    questions: mapped(script.questions, (question) =>
      changed(inTexts(question, ["text", "hint", "skip", "required_message"], change), {
        answers: question.answers && mapped(question.answers, (answer) => inTexts(answer, ["text"], change)),
        constraints:
          question.constraints && mapped(question.constraints, (each) => inTexts(each, ["message"], change)),
        attachments:
          question.attachments &&
          mapped(question.attachments, (each) => inTexts(each, ["title", "description"], change)),
      }),
    ),
    groups:
      script.groups &&
      mapped(script.groups, (group) =>
        typeof group === "string" ? group : inTexts(group, ["text"], change),
      ),
  });
}

const PLACEHOLDER = /\{\{.*?\}\}|\{%.*?%\}/gs;

/** Return the text, whose placeholders have another name for the answer `from`. */
function renamedInText(text: string, from: string, to: string): string {
  if (!text.includes("{")) return text;
  return text.replace(PLACEHOLDER, (placeholder) =>
    placeholder.replace(/\banswers\.([A-Za-z_]\w*)/g, (whole, name: string) =>
      name === from ? `answers.${to}` : whole,
    ),
  );
}

/** Give a question another name, and what reads it too; an empty one takes the name away and changes nothing else. */
export function withName(script: Script, qid: number, name: string): Script {
  const before = script.questions.find((question) => question.qid === qid)?.name;
  const named = changed(script, {
    questions: mapped(script.questions, (question) =>
      question.qid === qid ? withValues(question, { name: name || undefined }) : question,
    ),
  });
  if (!before || !name || before === name) return named;
  const inExpressions = withExpressions(named, (source) => renamed(source, before, name));
  return withTexts(inExpressions, (text) => renamedInText(text, before, name));
}

/** Return whether an expression or a text reads the answer with this name. */
export function isRead(script: Script, name: string): boolean {
  let found = false;
  withExpressions(script, (source) => {
    found ||= namesIn(source).has(name);
    return source;
  });
  withTexts(script, (text) => {
    found ||= renamedInText(text, name, `${name}_`) !== text;
    return text;
  });
  return found;
}

type Target = number | null | undefined;

/** Apply `change` to each target that the script names: of questions, answers, rules, and rounds. */
export function withTargets(script: Script, change: (qid: number) => Target): Script {
  const of = <Value extends Target>(target: Value): Value =>
    typeof target === "number" ? (change(target) as Value) : target;
  const next = <Item extends { readonly next_qid?: Target }>(item: Item): Item =>
    of(item.next_qid) === item.next_qid ? item : withValues(item, { next_qid: of(item.next_qid) } as never);
  const rule = (pair: Pair): Pair => {
    if (!/^-?\d+$/.test(pair[0].trim())) return pair;
    const target = change(Number(pair[0]));
    return target === Number(pair[0]) || typeof target !== "number" ? pair : [String(target), pair[1]];
  };
  return changed(script, {
    questions: mapped(script.questions, (question) => {
      const led = next(question);
      return changed(led, {
        answers: led.answers && mapped(led.answers, next),
        forking_rules: led.forking_rules && mapped(led.forking_rules, rule),
      });
    }),
    groups:
      script.groups &&
      mapped(script.groups, (group) =>
        typeof group === "string" || !group.repeat
          ? group
          : changed(group, { repeat: changed(group.repeat, { add: of(group.repeat.add) }) }),
      ),
  });
}

/** Return how many times the script names this question as a target. */
export function leadingTo(script: Script, qid: number): number {
  let found = 0;
  withTargets(script, (target) => {
    if (target === qid) found += 1;
    return target;
  });
  return found;
}

/** Return the questions for which `holds` is true of a script that has nothing but the question. */
export function questionsFor(script: Script, holds: (one: Script) => boolean): readonly Question[] {
  const { name, type } = script;
  return script.questions.filter((question) => holds({ name, type, questions: [question] }));
}

/** Return the names that are taken: of questions and rounds, and variables. */
export function takenNames(script: Script): ReadonlySet<string> {
  const variables = script.questions.flatMap((question) =>
    [question, ...(question.answers ?? [])].flatMap(({ variable_modifications: pairs = [] }) =>
      pairs.map(([name]) => name),
    ),
  );
  const names = script.questions.map(({ name }) => name);
  const keys = groupsOf(script).map(({ key }) => key);
  return new Set([...variables, ...names, ...keys].filter((name): name is string => !!name));
}
