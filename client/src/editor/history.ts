/** The states of a document: undo, redo, and edits that belong together. */

export interface HistoryState<Item> {
  readonly past: readonly Item[];
  readonly present: Item;
  readonly future: readonly Item[];
  /** What the last change was of; a change of the same subject joins it. Null: the next one is a step of its own. */
  readonly subject: string | null;
}

/** The most steps that are kept; older ones are forgotten. */
export const STEPS_MAX = 1000;

export function begin<Item>(present: Item): HistoryState<Item> {
  return { past: [], present, future: [], subject: null };
}

/**
 * Return the history with `next` as its present. Changes of one `subject` in succession, for example the letters typed
 * into a field, are one step.
 */
export function change<Item>(
  history: HistoryState<Item>,
  next: Item,
  subject: string | null = null,
): HistoryState<Item> {
  if (next === history.present) return history;
  const joins = subject !== null && subject === history.subject;
  const past = joins ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present: next, future: [], subject };
}

/** Return the history whose next change is a step of its own. */
export function settle<Item>(history: HistoryState<Item>): HistoryState<Item> {
  return history.subject === null ? history : { ...history, subject: null };
}

export function undo<Item>(history: HistoryState<Item>): HistoryState<Item> {
  const { past, present, future } = history;
  const before = past.at(-1);
  if (before === undefined) return history;
  return { past: past.slice(0, -1), present: before, future: [present, ...future], subject: null };
}

export function redo<Item>(history: HistoryState<Item>): HistoryState<Item> {
  const { past, present, future } = history;
  const [after, ...rest] = future;
  if (after === undefined) return history;
  return { past: [...past, present], present: after, future: rest, subject: null };
}

/** Return the history with `change` applied to each of its states; steps that change nothing then are left out. */
export function rebased<Item>(history: HistoryState<Item>, change: (item: Item) => Item): HistoryState<Item> {
  const present = change(history.present);
  const past = history.past.map(change);
  const future = history.future.map(change);
  return {
    past: past.filter((item, index) => item !== (index + 1 < past.length ? past[index + 1] : present)),
    present,
    future: future.filter((item, index) => item !== (index ? future[index - 1] : present)),
    subject: null,
  };
}
