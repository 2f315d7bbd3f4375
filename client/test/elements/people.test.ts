import strings from "../../src/elements/strings/en.json";
import { expect, test } from "vitest";
import { namesOf } from "../../src/elements/people.js";
import { Texts } from "../../src/elements/texts.js";

const PEOPLE = ["Anna", "Ben", "Carla"].map((first_name) => ({ first_name, last_name: "" }));

test.each([
  ["en", "Anna, Ben, and Carla"],
  ["en-gb", "Anna, Ben and Carla"],
  ["es", "Anna, Ben y Carla"],
  ["ar", "Anna وBen وCarla"],
])("names are listed as in %s", (language, listed) => {
  const texts = new Texts(language, strings);
  expect(namesOf(PEOPLE, texts)).toBe(listed);
  expect(namesOf(PEOPLE.slice(0, 1), texts)).toBe("Anna");
  expect(namesOf([], texts)).toBe("");
});
