/** The texts of the elements, in the language of the page: one JSON file a language, loaded when it is used. */

import { pageData } from "./library.js";

/** Texts by key. `{name}` is replaced; a key with numbers has a text for each plural form, `unread_one`, `unread_other`. */
export type Strings = Readonly<Record<string, string>>;
export type Parameters = Readonly<Record<string, string | number>>;

const LANGUAGES = ["en", "es", "fr", "pl", "ar"];
const loadings = new Map<string, Promise<Strings>>();

/** Texts in one language, with its rules for plurals, numbers, dates and direction. */
export class Texts {
  readonly #plurals: Intl.PluralRules;
  readonly #formats = new Map<string, Intl.DateTimeFormat>();

  constructor(
    readonly language: string,
    private readonly strings: Strings,
  ) {
    this.#plurals = new Intl.PluralRules(language);
  }

  /** Return a text; `n` among the parameters chooses its plural form. A key without a text stands for itself. */
  get(key: string, parameters: Parameters = {}): string {
    const { n } = parameters;
    const forms = typeof n === "number" ? [`${key}_${this.#plurals.select(n)}`, `${key}_other`, key] : [key];
    const text =
      forms.map((form) => this.strings[form]).find((found) => found !== undefined) ??
      key.replaceAll("_", " ");
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = parameters[name];
      return value === undefined ? whole : typeof value === "number" ? this.number(value) : value;
    });
  }

  /** Return whether there is a text. */
  has(key: string): boolean {
    return key in this.strings;
  }

  /** Return a date or a time as the language writes it. */
  date(value: Date, options: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(options);
    const format = this.#formats.get(key) ?? new Intl.DateTimeFormat(this.language, options);
    this.#formats.set(key, format);
    return format.format(value);
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return value.toLocaleString(this.language, options);
  }

  /** Return a list of names in one text. */
  list(names: readonly string[]): string {
    // What joins names takes long to load where it is used first.
    return names.length > 1 ? new Intl.ListFormat(this.language).format(names) : names.join();
  }

  /** Whether the language is written from right to left. */
  get isRightToLeft(): boolean {
    return /^(ar|fa|he|ur|ps|sd|ug|yi|dv)\b/.test(this.language);
  }
}

/** Return the language among those with texts that fits a tag like `pl` or `es-mx`; English if there is none. */
export function languageOf(tag: string): string {
  const known = Object.keys(pageData()?.texts ?? {});
  const all = known.length ? known : LANGUAGES;
  const wanted = tag.toLowerCase();
  return all.find((one) => one === wanted) ?? all.find((one) => one === wanted.split("-")[0]) ?? "en";
}

/** Load the texts of a language. If that fails, they are English, and without those they are the keys. */
export async function loadTexts(tag: string, overrides: Strings = {}): Promise<Texts> {
  const language = languageOf(tag);
  const strings = await stringsOf(language).catch(() => stringsOf("en").catch(() => ({})));
  // Dates and numbers are written as the whole tag says, for example `en-gb`.
  return new Texts(tag || language, { ...strings, ...overrides });
}

function stringsOf(language: string): Promise<Strings> {
  const known = loadings.get(language);
  if (known) return known;
  const url = pageData()?.texts?.[language] ?? new URL(`./strings/${language}.json`, import.meta.url).href;
  const strings = fetch(url).then((response) => {
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.json() as Promise<Strings>;
  });
  loadings.set(language, strings);
  strings.catch(() => loadings.delete(language));
  return strings;
}
