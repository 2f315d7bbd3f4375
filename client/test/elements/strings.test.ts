import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const folder = new URL("../../src/elements/", import.meta.url).pathname;
const languages = ["ar", "en", "es", "fr", "pl"];
const PLURAL = /_(zero|one|two|few|many|other)$/;

function stringsOf(language: string): Record<string, string> {
  return JSON.parse(readFileSync(`${folder}strings/${language}.json`, "utf8")) as Record<string, string>;
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const keysOf = (strings: Record<string, string>) =>
  new Set(Object.keys(strings).map((key) => key.replace(PLURAL, "")));

describe.each(languages)("the texts in %s", (language) => {
  const strings = stringsOf(language);
  const english = stringsOf("en");

  test("are the same as in English", () => {
    expect([...keysOf(strings)].sort()).toEqual([...keysOf(english)].sort());
  });

  test("have all plural forms of the language", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plurals = Object.keys(english).filter((key) => key.endsWith("_other"));
    for (const key of plurals)
      for (const form of forms) expect(Object.keys(strings)).toContain(key.replace(PLURAL, `_${form}`));
  });

  test("have the parameters of the English ones, of which a plural form can leave out the number", () => {
    for (const [key, text] of Object.entries(strings)) {
      const original = english[key] ?? english[key.replace(PLURAL, "_other")] ?? "";
      const wanted = placeholders(original);
      const found = placeholders(text);
      const isPlural = PLURAL.test(key);
      expect(isPlural ? wanted.filter((name) => name !== "n") : wanted, `${language} ${key}`).toEqual(
        isPlural ? found.filter((name) => name !== "n") : found,
      );
    }
  });

  test("are not empty", () => {
    expect(Object.entries(strings).filter(([, text]) => !text.trim())).toEqual([]);
  });
});

test("every text that an element names is there", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const code = files.map((name) => readFileSync(folder + name, "utf8")).join("\n");
  const named = [...code.matchAll(/(?:\bt|texts\.get|words\.get)\(\s*"(\w+)"/g)].map(([, key]) => key ?? "");
  const known = keysOf(stringsOf("en"));
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((key) => !known.has(key))).toEqual([]);
});
