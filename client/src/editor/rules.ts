/** Scores with their bands, and flags. */

import { html, nothing } from "./lit.js";
import {
  type Band,
  type Flag,
  replacedAt,
  type Score,
  type Script,
  shortened,
  withoutIndex,
  withValues,
} from "./document.js";
import { NEVER } from "./conditions.js";
import { freeName } from "./edits.js";
import { quoted } from "./expressions.js";
import {
  button,
  checkField,
  errorList,
  focusOn,
  numberField,
  section,
  selectField,
  textField,
} from "./fields.js";
import { addends, extentOf, sumOf } from "./scoring.js";
import type { Editor } from "./store.js";

type Values<Item> = Partial<Record<keyof Item, unknown>>;

function withScores(script: Script, edit: (scores: readonly Score[]) => readonly Score[]): Script {
  const scores = edit(script.scores ?? []);
  return withValues(script, { scores: scores.length ? scores : undefined });
}

function withFlags(script: Script, edit: (flags: readonly Flag[]) => readonly Flag[]): Script {
  const flags = edit(script.flags ?? []);
  return withValues(script, { flags: flags.length ? flags : undefined });
}

export function rulesView(editor: Editor): unknown {
  const { t } = editor;
  const { scores, flags } = editor.script;
  const addScore = (): void => {
    editor.edit((script) =>
      withScores(script, (all) => [
        ...all,
        { name: freeNumbered("score", script.scores), label: "", expression: "0" },
      ]),
    );
    focusOn(`score${(scores ?? []).length}-label`);
  };
  const addFlag = (): void => {
    editor.edit((script) =>
      withFlags(script, (all) => [
        ...all,
        { name: freeNumbered("flag", script.flags), if: NEVER, label: "" },
      ]),
    );
    focusOn(`flag${(flags ?? []).length}-label`);
  };
  return html`<section aria-labelledby="ed-scores">
      <h2 id="ed-scores">${t("scores")}</h2>
      <p class="help">${t("scores_help")}</p>
      ${problemsOf(editor, "score")} ${(scores ?? []).map((score, index) => oneScore(editor, score, index))}
      ${button(t("add_score"), addScore)}
    </section>
    <section aria-labelledby="ed-flags">
      <h2 id="ed-flags">${t("flags")}</h2>
      <p class="help">${t("flags_help")}</p>
      ${problemsOf(editor, "flag")} ${(flags ?? []).map((flag, index) => oneFlag(editor, flag, index))}
      ${button(t("add_flag"), addFlag)}
    </section>`;
}

function problemsOf(editor: Editor, part: "score" | "flag"): unknown {
  const column = part === "score" ? "scores" : "flags";
  const all = [...editor.refused, ...editor.findings].filter(
    (each) => each.part === part || (each.part === "schema" && each.field === column),
  );
  return errorList(all);
}

/** Return a name that none of the items has: the prefix and a number. */
function freeNumbered(
  prefix: string,
  items: readonly { readonly name: string }[] | null | undefined,
): string {
  const names = new Set((items ?? []).map(({ name }) => name));
  let number = names.size + 1;
  while (names.has(`${prefix}_${number}`)) number += 1;
  return `${prefix}_${number}`;
}

function oneScore(editor: Editor, score: Score, index: number): unknown {
  const { t } = editor;
  const id = `score${index}`;
  const set = (values: Values<Score>): void =>
    editor.edit(
      (script) =>
        withScores(script, (all) => all.map((each, at) => (at === index ? withValues(each, values) : each))),
      `${id}-${Object.keys(values).join()}`,
    );
  const names = addends(score.expression);
  const { questions } = editor.script;
  const candidates = questions.filter(
    (each) => (editor.type(each.type)?.asked ?? true) && /choice|int|float|range/.test(each.type),
  );
  const chosen = candidates.filter(({ name }) => name && names?.includes(name)).map(({ qid }) => qid);
  const choose = (qid: number, isChosen: boolean): void => {
    const qids = candidates
      .map((each) => each.qid)
      .filter((each) => (each === qid ? isChosen : chosen.includes(each)));
    editor.edit((script) => {
      const sum = sumOf(script, qids);
      return withScores(sum.script, (all) =>
        replacedAt(all, index, { ...(all[index] as Score), expression: sum.expression }),
      );
    });
  };
  return html`<fieldset class="ed-rule">
    <legend>${score.label || t("score_number", { number: index + 1 })}</legend>
    <div class="ed-row">
      ${textField({ id: `${id}-label`, label: t("score_label"), value: score.label, set: (label) => set({ label }) })}
      ${textField({ id: `${id}-name`, label: t("score_name"), value: score.name, isCode: true, set: (name) => editor.edit((script) => renamedScore(script, index, name), `${id}-name`) })}
      ${button("✕", () => editor.edit((script) => withScores(script, (all) => withoutIndex(all, index))), { label: t("remove_score", { number: index + 1 }), classes: "ed-quiet ed-danger" })}
    </div>
    ${
      names
        ? html`<fieldset class="ed-addends">
            <legend>${t("score_of")}</legend>
            <div class="ed-list">
              ${names.filter((each) => !candidates.some(({ name }) => name === each)).map((each) => checkField({ id: `${id}-of-${each}`, label: `${t("a_missing_question")} (${each})`, checked: true, set: () => choose(NaN, false) }))}
              ${candidates.map(({ qid, text, name }) => checkField({ id: `${id}-of${qid}`, label: shortened(text) || t("without_text"), checked: !!name && names.includes(name), set: (checked) => choose(qid, checked) }))}
            </div>
          </fieldset>`
        : nothing
    }
    ${section(t("as_expression"), !names, textField({ id: `${id}-expression`, label: t("expression"), value: score.expression, isCode: true, set: (expression) => set({ expression }) }))}
    ${bands(editor, score, id, (edit) => set({ bands: edit(score.bands ?? []) }))}
  </fieldset>`;
}

/** Give a score another name, and expressions and texts that read it, too. */
function renamedScore(script: Script, index: number, name: string): Script {
  const before = script.scores?.[index]?.name ?? "";
  const from = `score(${quoted(before)})`;
  const to = `score(${quoted(name)})`;
  const next = withScores(script, (all) =>
    all.map((each, at) =>
      withValues(each, {
        name: at === index ? name : each.name,
        expression: each.expression.replaceAll(from, to),
      }),
    ),
  );
  return withFlags(next, (all) => all.map((flag) => ({ ...flag, if: flag.if.replaceAll(from, to) })));
}

function bands(
  editor: Editor,
  score: Score,
  id: string,
  change: (edit: (bands: readonly Band[]) => readonly Band[]) => void,
): unknown {
  const { t } = editor;
  const list = score.bands ?? [];
  const extent = extentOf(editor.script, addends(score.expression));
  const add = (): void => {
    const from = list.length ? (list.at(-1)?.to ?? 0) + 1 : (extent?.from ?? 0);
    const to = extent ? Math.max(from, Math.min(from + 4, extent.to)) : from + 4;
    change((all) => [...all, { from, to, label: "" }]);
    focusOn(`${id}-band${list.length}-from`);
  };
  const set = (index: number, values: Values<Band>): void =>
    change((all) => all.map((each, at) => (at === index ? withValues(each, values) : each)));
  return html`<fieldset class="ed-bands">
    <legend>${t("bands")}</legend>
    ${extent ? html`<p class="help">${t("score_extent", { from: extent.from, to: extent.to })}</p>` : nothing}
    ${extent ? withoutBand(editor, list, extent) : nothing}
    ${list.length > 1 ? html`<p class="help">${t("bands_help")}</p>` : nothing}
    ${list.map(
      (band, index) =>
        html`<div class="ed-row" role="group" aria-label=${t("band_number", { number: index + 1 })}>
          ${numberField({ id: `${id}-band${index}-from`, label: t("band_from"), value: band.from, set: (from) => from !== undefined && set(index, { from }) })}
          ${numberField({ id: `${id}-band${index}-to`, label: t("band_to"), value: band.to, set: (to) => to !== undefined && set(index, { to }) })}
          ${textField({ id: `${id}-band${index}-label`, label: t("band_label"), value: band.label, set: (label) => set(index, { label }) })}
          ${severityField(editor, `${id}-band${index}-severity`, band.severity, (severity) => set(index, { severity }))}
          ${button("✕", () => change((all) => withoutIndex(all, index)), { label: t("remove_band", { number: index + 1 }), classes: "ed-quiet ed-danger" })}
        </div>`,
    )}
    ${button(t("add_band"), add)}
  </fieldset>`;
}

/** Say which numbers below the first band and above the last one have no meaning. */
function withoutBand(
  editor: Editor,
  list: readonly Band[],
  { from, to }: { readonly from: number; readonly to: number },
): unknown {
  if (!list.length) return nothing;
  const first = Math.min(...list.map((band) => band.from));
  const last = Math.max(...list.map((band) => band.to));
  const ends = [...(from < first ? [[from, first]] : []), ...(last < to ? [[last, to]] : [])];
  return ends.map(
    ([low = 0, high = 0]) =>
      html`<p class="ed-error">
        ${editor.t(low === last ? "no_band_above" : "no_band_below", { number: low === last ? low : high })}
      </p>`,
  );
}

const SEVERITIES: readonly string[] = ["low", "medium", "high"];

function severityField(
  editor: Editor,
  id: string,
  value: string | null | undefined,
  set: (value: string | undefined) => void,
): unknown {
  const known = value && !SEVERITIES.includes(value) ? [value, ...SEVERITIES] : SEVERITIES;
  return selectField({
    id,
    label: editor.t("severity"),
    value: value ?? "",
    options: [
      ["", editor.t("no_severity")],
      ...known.map(
        (each) => [each, SEVERITIES.includes(each) ? editor.t(`severity_${each}`) : each] as const,
      ),
    ],
    set: (severity) => set(severity || undefined),
  });
}

function oneFlag(editor: Editor, flag: Flag, index: number): unknown {
  const { t } = editor;
  const id = `flag${index}`;
  const set = (values: Values<Flag>): void =>
    editor.edit(
      (script) =>
        withFlags(script, (all) => all.map((each, at) => (at === index ? withValues(each, values) : each))),
      `${id}-${Object.keys(values).join()}`,
    );
  const remove = (): void => {
    editor.closeUp("flag", index);
    editor.edit((script) => withFlags(script, (all) => withoutIndex(all, index)));
  };
  const label = (text: string): void => set({ label: text });
  const derive = (): void => {
    // A name that was never chosen follows the label.
    if (/^flag_\d+$/.test(flag.name) && flag.label)
      set({ name: freeName(editor.script, flag.label, flag.name) });
  };
  return html`<fieldset
    class="ed-rule"
    @focusout=${(event: FocusEvent) => ((event.target as HTMLElement).id === `${id}-label` ? derive() : undefined)}
  >
    <legend>${flag.label || t("flag_number", { number: index + 1 })}</legend>
    <div class="ed-row">
      ${textField({ id: `${id}-label`, label: t("flag_label"), value: flag.label, set: label })}
      ${severityField(editor, `${id}-severity`, flag.severity, (severity) => set({ severity }))}
      ${textField({ id: `${id}-name`, label: t("flag_name"), value: flag.name, isCode: true, set: (name) => set({ name }) })}
      ${button("✕", remove, { label: t("remove_flag", { number: index + 1 }), classes: "ed-quiet ed-danger" })}
    </div>
    <script-condition
      .editor=${editor}
      .label=${t("flag_if")}
      .key=${`${id}-if`}
      .blank=${NEVER}
      .apply=${(script: Script, source: string) => withFlags(script, (all) => all.map((each, at) => (at === index ? { ...each, if: source } : each)))}
      .source=${flag.if}
    ></script-condition>
  </fieldset>`;
}
