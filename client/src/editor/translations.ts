/** The table of translations: each text beside its translation into one language, and what is missing. */

import { html, nothing } from "./lit.js";
import { groupsOf, type Script, shortened, type Translations, withValues } from "./document.js";
import { setAnswers, setGroup, setQuestion } from "./edits.js";
import { button, checkField, selectField } from "./fields.js";
import type { Editor } from "./store.js";

/** A text that can be translated. */
export interface Entry {
  readonly key: string;
  /** Whose text it is: a question by its qid; null for those of the whole script. */
  readonly qid: number | null;
  /** Which text it is, as a key of the page's texts. */
  readonly kind: string;
  readonly text: string;
  readonly translations: Translations;
  readonly set: (script: Script, translations: Translations | undefined) => Script;
}

type Translated = { readonly [key: string]: unknown };

function entryOf(
  item: Translated,
  column: string,
  options: Pick<Entry, "key" | "qid" | "kind"> & {
    set: (script: Script, values: Record<string, unknown>) => Script;
  },
): Entry | null {
  const text = item[column];
  const name = `${column}_i18n`;
  if (typeof text !== "string" || !text.trim()) return null;
  const translations = (item[name] ?? {}) as Translations;
  const set: Entry["set"] = (script, value) => options.set(script, { [name]: value });
  return { key: options.key, qid: options.qid, kind: options.kind, text, translations, set };
}

function changedAt<Item extends object>(
  list: readonly Item[] | null | undefined,
  index: number,
  values: object,
): readonly Item[] {
  return (list ?? []).map((each, at) => (at === index ? withValues(each, values as never) : each));
}

/** The texts of scripts that were listed: each drawing asks for them several times. */
const listings = new WeakMap<Script, readonly Entry[]>();

/** Return the texts of the script in the order of its questions. */
export function entriesOf(script: Script): readonly Entry[] {
  const known = listings.get(script) ?? listed(script);
  listings.set(script, known);
  return known;
}

function listed(script: Script): readonly Entry[] {
  const found: (Entry | null)[] = [];
  found.push(
    entryOf(script as unknown as Translated, "name", {
      key: "name",
      qid: null,
      kind: "script_name",
      set: (all, values) => withValues(all, values as never),
    }),
  );
  for (const group of groupsOf(script))
    for (const column of ["name", "text"])
      found.push(
        entryOf(group as unknown as Translated, column, {
          key: `group-${group.name}-${column}`,
          qid: null,
          kind: `group_${column}`,
          set: (all, values) => setGroup(all, group.name, values as never),
        }),
      );
  for (const question of script.questions) {
    const { qid } = question;
    if (question.type !== "fork")
      for (const column of ["text", "hint", "skip", "required_message"])
        found.push(
          entryOf(question as unknown as Translated, column, {
            key: `${qid}-${column}`,
            qid,
            kind: column,
            set: (all, values) => setQuestion(all, qid, values as never),
          }),
        );
    (question.answers ?? []).forEach((answer, index) =>
      found.push(
        entryOf(answer as unknown as Translated, "text", {
          key: `${qid}-answer${index}`,
          qid,
          kind: "answer",
          set: (all, values) => setAnswers(all, qid, (list) => changedAt(list, index, values)),
        }),
      ),
    );
    (question.constraints ?? []).forEach((constraint, index) =>
      found.push(
        entryOf(constraint as unknown as Translated, "message", {
          key: `${qid}-check${index}`,
          qid,
          kind: "check_message",
          set: (all, values) =>
            setQuestion(all, qid, {
              constraints: changedAt(
                all.questions.find((each) => each.qid === qid)?.constraints,
                index,
                values,
              ),
            }),
        }),
      ),
    );
    (question.attachments ?? []).forEach((attachment, index) => {
      for (const column of ["title", "description"])
        found.push(
          entryOf(attachment as Translated, column, {
            key: `${qid}-picture${index}-${column}`,
            qid,
            kind: `picture_${column}`,
            set: (all, values) =>
              setQuestion(all, qid, {
                attachments: changedAt(
                  all.questions.find((each) => each.qid === qid)?.attachments,
                  index,
                  values,
                ),
              }),
          }),
        );
    });
  }
  (script.scores ?? []).forEach((score, index) => {
    found.push(
      entryOf(score as unknown as Translated, "label", {
        key: `score${index}`,
        qid: null,
        kind: "score_label",
        set: (all, values) => ({ ...all, scores: changedAt(all.scores, index, values) }),
      }),
    );
    (score.bands ?? []).forEach((band, at) =>
      found.push(
        entryOf(band as unknown as Translated, "label", {
          key: `score${index}-band${at}`,
          qid: null,
          kind: "band_label",
          set: (all, values) => ({
            ...all,
            scores: (all.scores ?? []).map((each, number) =>
              number === index ? { ...each, bands: changedAt(each.bands, at, values) } : each,
            ),
          }),
        }),
      ),
    );
  });
  (script.flags ?? []).forEach((flag, index) =>
    found.push(
      entryOf(flag as unknown as Translated, "label", {
        key: `flag${index}`,
        qid: null,
        kind: "flag_label",
        set: (all, values) => ({ ...all, flags: changedAt(all.flags, index, values) }),
      }),
    ),
  );
  return found.filter((entry) => entry !== null);
}

/** Return the languages that the script is translated into. */
export function languagesOf(script: Script): readonly string[] {
  return [...new Set(entriesOf(script).flatMap((entry) => Object.keys(entry.translations)))].sort();
}

/** What the table shows. */
export interface TranslationsState {
  language: string;
  /** The keys of the texts that lacked a translation when these alone were asked for; null: all are listed. */
  missing: ReadonlySet<string> | null;
  /** How many rows are drawn. */
  shown: number;
}

/** How many more rows are drawn at a time. */
const PAGE = 200;

export function emptyTranslations(): TranslationsState {
  return { language: "", missing: null, shown: PAGE };
}

export function translationsView(editor: Editor, state: TranslationsState): unknown {
  const { t } = editor;
  const entries = entriesOf(editor.script);
  const used = languagesOf(editor.script);
  const known = new Map(editor.data.languages);
  const codes = [...new Set([...used, ...known.keys()])];
  const { language } = state;
  const isMissing = (entry: Entry): boolean => !entry.translations[language]?.trim();
  const missing = language ? entries.filter(isMissing).length : 0;
  const listed = entries.filter(({ key }) => state.missing?.has(key) ?? true);
  const missingKeys = (): ReadonlySet<string> => new Set(entries.filter(isMissing).map(({ key }) => key));
  const nameOf = (code: string): string => known.get(code) ?? code;
  const enter = (entry: Entry, text: string): void => {
    const { [language]: _, ...others } = entry.translations;
    const next = text ? { ...entry.translations, [language]: text } : others;
    editor.edit(
      (script) => entry.set(script, Object.keys(next).length ? next : undefined),
      `${entry.key}-${language}`,
    );
  };
  return html`<div class="ed-row">
      ${selectField({
        id: "translations-language",
        label: t("language"),
        value: language,
        options: [
          ["", t("choose")],
          ...codes.map(
            (code) =>
              [
                code,
                used.includes(code) ? nameOf(code) : t("language_unused", { name: nameOf(code) }),
              ] as const,
          ),
        ],
        set: (code) => {
          state.language = code;
          state.missing = null;
          editor.changed();
        },
      })}
      ${
        language
          ? html`${checkField({
                id: "translations-missing",
                label: t("only_missing"),
                checked: state.missing !== null,
                set: (checked) => {
                  state.missing = checked ? missingKeys() : null;
                  editor.changed();
                },
              })}
              <p role="status">
                ${missing ? t("missing_count", { count: missing, of: entries.length }) : t("nothing_missing")}
              </p>`
          : nothing
      }
    </div>
    ${
      language
        ? html`<table class="ed-translations">
              <thead>
                <tr>
                  <th scope="col">${t("where")}</th>
                  <th scope="col">${t("source_text")}</th>
                  <th scope="col">${nameOf(language)}</th>
                </tr>
              </thead>
              <tbody>
                ${listed.slice(0, state.shown).map(
                  (entry) =>
                    html`<tr class=${isMissing(entry) ? "ed-missing" : ""}>
                      <td>${t(`kind_${entry.kind}`)}</td>
                      <th scope="row" dir="auto">${entry.text}</th>
                      <td>
                        <textarea
                          rows="2"
                          dir="auto"
                          lang=${language}
                          aria-label=${t("translation_of", { text: shortened(entry.text, 60) })}
                          .value=${entry.translations[language] ?? ""}
                          @input=${(event: Event) => enter(entry, (event.target as HTMLTextAreaElement).value)}
                        ></textarea>
                        ${isMissing(entry) ? html`<span class="ed-count">${t("missing")}</span>` : nothing}
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
            ${
              listed.length > state.shown
                ? button(t("show_more", { count: listed.length - state.shown }), () => {
                    state.shown += PAGE;
                    editor.changed();
                  })
                : nothing
            }`
        : html`<p class="help">${t("translations_help")}</p>`
    }`;
}
