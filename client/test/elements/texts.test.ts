import { describe, expect, test } from "vitest";
import { Texts } from "../../src/elements/texts.js";
import { dayName, nameOf, titleOf } from "../../src/elements/people.js";
import type { Thread } from "../../src/index.js";

const strings = {
  hello: "Hello {name}",
  found_one: "{n} message",
  found_few: "{n} wiadomości",
  found_many: "{n} wiadomości wiele",
  found_other: "{n} messages",
  somebody: "Somebody",
  conversation: "Conversation",
  today: "Today",
  yesterday: "Yesterday",
};

describe("texts", () => {
  const texts = new Texts("en", strings);

  test("parameters replace their names, and unknown ones stay", () => {
    expect(texts.get("hello", { name: "{n} <b>" })).toBe("Hello {n} <b>");
    expect(texts.get("hello")).toBe("Hello {name}");
  });

  test.each([
    ["en", 1, "1 message"],
    ["en", 2, "2 messages"],
    ["pl", 3, "3 wiadomości"],
    ["pl", 5, "5 wiadomości wiele"],
  ])("in %s, %i has its plural form", (language, n, expected) => {
    expect(new Texts(language, strings).get("found", { n })).toBe(expected);
  });

  test("a plural form without a text falls back to the last one", () => {
    const { found_few: _, ...others } = strings;
    expect(new Texts("pl", others).get("found", { n: 3 })).toBe("3 messages");
  });

  test("a key without a text stands for itself", () => {
    expect(texts.get("no_such_text")).toBe("no such text");
    expect(texts.has("no_such_text")).toBe(false);
  });

  test.each([
    ["ar", true],
    ["ar-eg", true],
    ["he", true],
    ["en", false],
    ["arn", false],
  ])("%s is written from right to left: %s", (language, expected) => {
    expect(new Texts(language, strings).isRightToLeft).toBe(expected);
  });
});

describe("people", () => {
  const texts = new Texts("en", strings);
  const anna = { id: 1, first_name: "Anna", last_name: "Nowak", avatar: "" };
  const dora = { id: 2, first_name: "Dora", last_name: "", avatar: "" };
  const thread = (title: string, ...users_data: object[]) => ({ title, users_data }) as unknown as Thread;

  test("a person without a name is somebody", () => {
    expect(nameOf(null, texts)).toBe("Somebody");
    expect(nameOf({ first_name: " ", last_name: "" }, texts)).toBe("Somebody");
  });

  test("a thread is called by its title, else by the others in it", () => {
    expect(titleOf(thread("Blood test", anna, dora), 1, texts)).toBe("Blood test");
    expect(titleOf(thread("", anna, dora), 1, texts)).toBe("Dora");
    expect(titleOf(thread("", anna), "1", texts)).toBe("Conversation");
  });

  test("days are counted by the calendar of the user, also over the end of a month", () => {
    const now = new Date();
    expect(dayName(now.toISOString(), texts)).toBe("Today");
    const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1, 23, 59);
    expect(dayName(yesterday.toISOString(), texts)).toBe("Yesterday");
    expect(dayName("2019-03-05T12:00:00Z", texts)).toBe("Tuesday, March 5, 2019");
  });
});
