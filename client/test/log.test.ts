import { describe, expect, test } from "vitest";
import type { LoggedMessage } from "../src/log.js";
import { MessageLog } from "../src/log.js";
import { at, message } from "./support/documents.js";
import { Random } from "./support/random.js";

const PART = 16;
const ME = 1;

/** What the log promises, written without thought for speed. */
class NaiveLog {
  messages: LoggedMessage[] = [];
  readonly #gone = new Set<number>();
  readonly #read = new Map<number, Set<number>>();

  put(id: number, version: number): void {
    if (this.#gone.has(id)) return;
    const known = this.messages.find((other) => other.id === id);
    if (known && known.updated > at(version)) return;
    const readers = this.#read.get(id) ?? new Set();
    const isRead = readers.has(ME) || (known?.is_read ?? false);
    const put = { ...changed(id, version), readBy: [...readers], is_read: isRead };
    this.messages = [...this.messages.filter((other) => other.id !== id), put].sort((a, b) => a.id - b.id);
  }

  remove(id: number): void {
    this.#gone.add(id);
    this.messages = this.messages.filter((other) => other.id !== id);
  }

  noteRead(user: number, ids: readonly number[]): void {
    for (const id of ids) {
      const readers = this.#read.get(id) ?? new Set();
      this.#read.set(id, readers.add(user));
      this.messages = this.messages.map((known) =>
        known.id === id ? { ...known, readBy: [...readers], is_read: known.is_read || user === ME } : known,
      );
    }
  }

  clear(): void {
    this.messages = [];
  }
}

const changed = (id: number, version: number) =>
  message(id, { text: `${id} at ${version}`, updated: at(version) });

/** Parts whose messages are the same objects are the same object. */
function expectKept(before: MessageLog["parts"], after: MessageLog["parts"]): void {
  const kept = new Map(before.map((part) => [part[0], part]));
  for (const part of after) {
    const old = kept.get(part[0]);
    if (old && old !== part && old.length === part.length && old.every((one, index) => one === part[index]))
      throw new Error(`The part from message ${part[0]?.id} was copied without a change`);
  }
}

describe("the log", () => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))("holds what a list would, seed %i", (seed) => {
    const random = new Random(seed);
    const log = new MessageLog();
    const naive = new NaiveLog();
    const top = random.below(2) ? 40 : 1_500;
    for (let step = 0; step < 400; step += 1) {
      const before = log.parts;
      const id = 1 + random.below(top);
      switch (random.below(12)) {
        case 0: {
          const last = id + random.below(50);
          const ids = Array.from({ length: last - id + 1 }, (_, index) => last - index);
          for (const one of ids) {
            const version = random.below(10);
            log.put(changed(one, version));
            naive.put(one, version);
          }
          break;
        }
        case 1:
          expect(log.remove(id)).toBe(naive.messages.some((other) => other.id === id));
          naive.remove(id);
          break;
        case 2:
        case 3: {
          const user = 1 + random.below(3);
          const ids = [id, 1 + random.below(top), 1 + random.below(top)];
          log.noteRead(user, ids, user === ME);
          naive.noteRead(user, ids);
          break;
        }
        case 4:
          if (random.below(10) === 0) {
            log.clear();
            naive.clear();
          }
          break;
        default: {
          const version = random.below(1_000);
          log.put(changed(id, version));
          naive.put(id, version);
        }
      }
      const lengths = log.parts.map((part) => part.length);
      if (lengths.some((length) => length < 1 || length > PART)) expect(lengths).toEqual(`1 to ${PART} each`);
      expectKept(before, log.parts);
      if (step % 20 === 0) {
        expect(log.parts.flat()).toEqual(naive.messages);
        expect(log.get(id)).toEqual(naive.messages.find((other) => other.id === id));
      }
    }
    expect(log.parts.flat()).toEqual(naive.messages);
    expect(log.oldest).toEqual(naive.messages[0]);
    expect(log.newest).toEqual(naive.messages.at(-1));
  });

  test("a change copies one part and keeps the others", () => {
    const log = new MessageLog();
    for (let id = 1; id <= 1_000; id += 1) log.put(message(id));
    const before = log.parts;
    log.put(message(500, { text: "changed", updated: at(2_000) }));
    const differing = log.parts.filter((part, index) => part !== before[index]);
    expect(differing).toHaveLength(1);
    expect(differing[0]?.some(({ id }) => id === 500)).toBe(true);
  });

  test("what changes nothing keeps everything", () => {
    const log = new MessageLog();
    log.put(message(2, { updated: at(5) }));
    log.noteRead(3, [2], false);
    const before = log.parts;
    expect(log.put(message(2, { updated: at(4), text: "older" }))).toBe(false);
    expect(log.noteRead(3, [2], false)).toBe(false);
    expect(log.remove(9)).toBe(false);
    expect(log.parts).toBe(before);
  });

  test("times differ by microseconds", () => {
    const log = new MessageLog();
    log.put(message(1, { updated: "2026-01-05T12:00:00.000002Z", text: "newer" }));
    expect(log.put(message(1, { updated: "2026-01-05T12:00:00.000001Z" }))).toBe(false);
    expect(log.put(message(1, { updated: "2026-01-05T13:00:00.000001+01:00" }))).toBe(false);
    expect(log.put(message(1, { updated: "2026-01-05T12:00:00.1Z", text: "newest" }))).toBe(true);
  });

  test("a receipt that comes before its message counts, also the own one", () => {
    const log = new MessageLog();
    log.noteRead(ME, [4], true);
    log.noteRead(3, [4], false);
    log.put(message(4, { is_read: false }));
    expect(log.get(4)).toMatchObject({ is_read: true, readBy: [ME, 3] });
  });

  test("what was read stays read when the messages are loaded again from an older page", () => {
    const log = new MessageLog();
    log.put(message(4));
    log.noteRead(ME, [4], true);
    log.clear();
    log.put(message(4, { is_read: false }));
    expect(log.get(4)?.is_read).toBe(true);
  });
});
