/** Dates and times, in ISO 8601 or in the format that the question asks for. */

import { html, nothing } from "../lit.js";
import { type Asked, between, type Control, metaText, type Shown, textLimit } from "./control.js";
import { inputField } from "./text.js";
import type { Texts } from "../texts.js";

const ISO: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  time: "%H:%M",
  "datetime-local": "%Y-%m-%dT%H:%M",
};

/** Write a text of one format of `strptime` in another one; empty if it does not fit. */
export function rewritten(text: string, from: string, to: string, isWhole = true): string {
  const source = from
    .replace(/[^\w%]/g, "\\$&")
    // What else `strptime` knows fits nothing.
    .replace(/%(.)/g, (_, letter: string) =>
      /[YmdHM]/.test(letter) ? `(?<${letter}>\\d{${letter === "Y" ? 4 : 2}})` : "$^",
    );
  const parts = new RegExp(`^${source}${isWhole ? "$" : ""}`).exec(text)?.groups;
  return parts
    ? to.replace(/%(.)/g, (_, letter: string) => parts[letter] ?? (/[md]/.test(letter) ? "01" : "00"))
    : "";
}

/** Return whether a field of the browser has everything that the format needs. */
function holds(format: string, iso: string): boolean {
  return [...format.matchAll(/%(.)/g)].every(([token]) => iso.includes(token));
}

/** Return a date, a time or both as the language writes it; null if the text is none. */
export function shownDate(texts: Texts, type: string, text: string): string | null {
  const date = new Date(type === "time" ? `2000-01-01T${text}` : type === "date" ? `${text}T00:00` : text);
  // A day that its month does not have would become one of the next month.
  if (Number.isNaN(date.getTime()) || (type !== "time" && date.getDate() !== Number(text.slice(8, 10))))
    return null;
  return texts.date(date, {
    ...(type === "time" ? {} : { dateStyle: "medium" }),
    ...(type === "date" ? {} : { timeStyle: "short" }),
  });
}

function temporal(type: string): Control {
  const iso = ISO[type] as string;
  const isoOf = (text: string, format: string) =>
    rewritten(text, format, iso) || rewritten(text, iso, iso, false);
  const formatOf = ({ question }: Shown) => {
    const format = metaText(question, "format");
    return format && format !== "iso" ? format : iso;
  };
  const bounds = ({ question }: Asked) =>
    ["min", "max"].map((name) => rewritten(textLimit(question, name), iso, iso, false)) as [string, string];
  return {
    describe: (asked) => {
      const ends = bounds(asked).map((bound) => shownDate(asked.texts, type, bound));
      return between(asked, type === "time" ? "number" : "date", ends);
    },
    view: (asked) => {
      const format = formatOf(asked);
      if (!holds(format, iso)) return inputField(asked);
      const { text } = asked.input;
      const value = isoOf(text, format);
      const [min, max] = bounds(asked);
      const read = (entered: string) => rewritten(entered, iso, format, false);
      return html`${inputField(asked, { type, value, min, max, read, saving: "paused" })}
      ${text && !value ? html`<p class="hint" dir="auto">${asked.t("you_answered", { text })}</p>` : nothing}`;
    },
    shown: (asked) => {
      const { text } = asked.input;
      const format = formatOf(asked);
      return (holds(iso, format) && shownDate(asked.texts, type, isoOf(text, format))) || text;
    },
  };
}

export const dateControls = {
  date: temporal("date"),
  time: temporal("time"),
  datetime: temporal("datetime-local"),
};
