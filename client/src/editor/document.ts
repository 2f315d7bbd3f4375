/** The document that the editor edits: a schema in compact form. Each edit makes a new one, which shares the rest. */

/** Texts by language code. */
export type Translations = Readonly<Record<string, string>>;
export type Pair = readonly [string, string];
export type Scalar = string | number | boolean;

export interface Limits {
  readonly [name: string]: Scalar | readonly (string | number)[] | null | undefined;
}

export interface Constraint {
  readonly check: string;
  readonly message: string;
  readonly message_i18n?: Translations;
  readonly severity?: "error" | "warning" | null;
}

export interface Attachment {
  readonly type: string;
  readonly title?: string;
  readonly title_i18n?: Translations;
  readonly description?: string;
  readonly description_i18n?: Translations;
  readonly file?: string;
  readonly thumbnail_image?: string;
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly text?: string;
  readonly text_i18n?: Translations;
  readonly next_qid?: number;
  readonly position?: number;
  readonly value?: Scalar | null;
  readonly weight?: number | null;
  readonly show_if?: string | null;
  readonly exclusive?: boolean;
  readonly variable_modifications?: readonly Pair[];
  readonly meta?: unknown;
  readonly comments?: string | null;
}

export interface Question {
  readonly qid: number;
  readonly type: string;
  readonly name?: string | null;
  readonly text?: string;
  readonly text_i18n?: Translations;
  readonly hint?: string | null;
  readonly hint_i18n?: Translations;
  readonly show_if?: string | null;
  readonly group?: string;
  readonly position?: number;
  readonly required?: boolean;
  readonly required_message?: string | null;
  readonly required_message_i18n?: Translations;
  readonly skip?: string | null;
  readonly skip_i18n?: Translations;
  readonly default?: Scalar | null;
  readonly calculate?: Scalar | null;
  readonly limits?: Limits | null;
  readonly constraints?: readonly Constraint[] | null;
  readonly next_qid?: number | null;
  readonly choice_open?: boolean;
  readonly range_from?: number | null;
  readonly range_to?: number | null;
  readonly show_as_type?: string;
  readonly has_attachments?: boolean;
  readonly variable_modifications?: readonly Pair[];
  readonly forking_rules?: readonly Pair[];
  readonly meta?: unknown;
  readonly comments?: string | null;
  readonly answers?: readonly Answer[];
  readonly attachments?: readonly Attachment[];
}

export interface Repeat {
  readonly count?: string | number | null;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly add?: number | null;
}

export interface Group {
  readonly name: string;
  readonly name_i18n?: Translations;
  readonly position?: number;
  readonly key?: string | null;
  readonly show_if?: string | null;
  readonly text?: string | null;
  readonly text_i18n?: Translations;
  readonly layout?: "list" | "page" | null;
  readonly repeat?: Repeat | null;
}

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly label?: string | null;
  readonly label_i18n?: Translations;
  readonly severity?: string | null;
}

export interface Score {
  readonly name: string;
  readonly label?: string | null;
  readonly label_i18n?: Translations;
  readonly expression: string;
  readonly bands?: readonly Band[] | null;
}

export interface Flag {
  readonly name: string;
  readonly if: string;
  readonly label?: string | null;
  readonly label_i18n?: Translations;
  readonly severity?: string | null;
}

export interface Script {
  readonly name: string;
  readonly type: string;
  readonly version?: number;
  readonly name_i18n?: Translations;
  readonly match_text?: boolean;
  /** A group without columns of its own is its name alone. */
  readonly groups?: readonly (string | Group)[];
  readonly questions: readonly Question[];
  readonly scores?: readonly Score[] | null;
  readonly flags?: readonly Flag[] | null;
}

/** The qid that ends the script. */
export const END = -1;
const CHOICES: readonly string[] = ["choice", "multichoice"];

export function isChoice(question: Pick<Question, "type">): boolean {
  return CHOICES.includes(question.type);
}

export function groupsOf(script: Script): readonly Group[] {
  return (script.groups ?? []).map((group) => (typeof group === "string" ? { name: group } : group));
}

/** Return a copy of the object with these values; those that are undefined are left out. */
export function withValues<Item extends object>(
  item: Item,
  values: Partial<Record<keyof Item, unknown>>,
): Item {
  const changed: Record<string, unknown> = { ...item, ...values };
  for (const [key, value] of Object.entries(changed))
    if (value === undefined) Reflect.deleteProperty(changed, key);
  return changed as Item;
}

/** Apply `change` to each item; the list itself is returned if no item has changed. */
export function mapped<Item>(
  list: readonly Item[],
  change: (item: Item, index: number) => Item,
): readonly Item[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

/** Return the list without positions, which may contradict a new order; they follow from the order by default. */
export function withoutPositions<Item extends { readonly position?: number }>(
  list: readonly Item[],
): readonly Item[] {
  return mapped(list, (item) =>
    item.position === undefined ? item : withValues(item, { position: undefined } as never),
  );
}

/** Return the list with the item at `from` at the place `to`. */
export function moved<Item>(list: readonly Item[], from: number, to: number): readonly Item[] {
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}

/** Return the list with `item` at `index`, in the place of the one there. */
export function replacedAt<Item>(list: readonly Item[], index: number, item: Item): readonly Item[] {
  return list.map((each, at) => (at === index ? item : each));
}

export function withoutIndex<Item>(list: readonly Item[], index: number): readonly Item[] {
  return list.filter((_, at) => at !== index);
}

/** Return a short text of one line, or an empty one. */
export function shortened(text: string | null | undefined, most = 80): string {
  const line = String(text ?? "")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
