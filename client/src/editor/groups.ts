/** The groups of a script: their titles, pages and rounds. */

import { html, nothing } from "./lit.js";
import { type Group, groupsOf, isChoice, type Repeat, type Script, withValues } from "./document.js";
import { removeGroup, setGroup } from "./edits.js";
import { labelOf } from "./chooser.js";
import { button, checkField, errorList, numberField, selectField, textField } from "./fields.js";
import type { Editor } from "./store.js";

export function groupsView(editor: Editor): unknown {
  const { t } = editor;
  const listed = new Map(groupsOf(editor.script).map((group) => [group.name, group]));
  const groups = editor.groupNames().map((name) => listed.get(name) ?? { name });
  return groups.length
    ? groups.map((group, index) => oneGroup(editor, group, index))
    : html`<p class="help">${t("groups_help")}</p>`;
}

function oneGroup(editor: Editor, group: Group, index: number): unknown {
  const { t } = editor;
  const id = `group${index}`;
  const { name } = group;
  const set = (values: Partial<Record<keyof Group, unknown>>): void =>
    editor.edit((script) => setGroup(script, name, values), `${id}-${Object.keys(values).join()}`);
  const count = editor.script.questions.filter((each) => each.group === name).length;
  const problems = [...editor.refused, ...editor.findings].filter(
    (each) => each.part === "group" && each.text.includes(name),
  );
  const rename = (text: string): void => {
    if (text && !editor.groupNames().includes(text)) set({ name: text });
  };
  return html`<fieldset class="ed-rule">
    <legend dir="auto">${t("group_of", { name, count })}</legend>
    ${errorList(problems)}
    <div class="ed-row">
      ${textField({ id: `${id}-name`, label: t("group_title"), value: name, set: rename })}
      ${selectField({
        id: `${id}-layout`,
        label: t("layout"),
        value: group.layout ?? "",
        options: [
          ["", t("layout_default")],
          ["list", t("layout_list")],
          ["page", t("layout_page")],
        ],
        set: (layout) => set({ layout: layout || undefined }),
      })}
      ${button(t("remove_group"), () => editor.edit((script) => removeGroup(script, name)), { classes: "ed-danger" })}
    </div>
    ${textField({ id: `${id}-text`, label: t("group_text_label"), rows: 2, value: group.text, set: (text) => set({ text: text || undefined }) })}
    <script-condition
      .editor=${editor}
      .label=${t("group_shown_if")}
      .key=${`${id}-show_if`}
      .apply=${(script: Script, source: string) => setGroup(script, name, { show_if: source || undefined })}
      .source=${group.show_if ?? ""}
    ></script-condition>
    ${checkField({
      id: `${id}-repeated`,
      label: t("repeated"),
      checked: !!group.repeat,
      set: (checked) =>
        set({
          repeat: checked ? { min: 1, max: 10 } : undefined,
          ...(checked ? { key: group.key ?? editor.freeKey(name) } : {}),
        }),
    })}
    ${group.repeat ? rounds(editor, group, id, group.repeat, set) : nothing}
  </fieldset>`;
}

/** How often the questions of the group are asked. */
function rounds(
  editor: Editor,
  group: Group,
  id: string,
  repeat: Repeat,
  set: (values: Partial<Record<keyof Group, unknown>>) => void,
): unknown {
  const { t } = editor;
  const change = (values: Partial<Record<keyof Repeat, unknown>>): void =>
    set({ repeat: withValues(repeat, values) });
  const choices = editor.script.questions.filter((each) => each.group === group.name && isChoice(each));
  return html`<div class="ed-row">
    ${numberField({ id: `${id}-min`, label: t("rounds_min"), value: repeat.min, set: (min) => change({ min }) })}
    ${numberField({ id: `${id}-max`, label: t("rounds_max"), value: repeat.max, set: (max) => change({ max }) })}
    ${textField({ id: `${id}-count`, label: t("rounds_count"), help: t("rounds_count_help"), value: repeat.count === null || repeat.count === undefined ? "" : String(repeat.count), isCode: true, set: (count) => change({ count: count || undefined }) })}
    ${selectField({
      id: `${id}-add`,
      label: t("rounds_add"),
      value: String(repeat.add ?? ""),
      options: [["", t("choose")], ...choices.map(({ qid }) => [String(qid), labelOf(editor, qid)] as const)],
      set: (add) => change({ add: add ? Number(add) : undefined }),
    })}
    ${textField({ id: `${id}-key`, label: t("rounds_key"), value: group.key, isCode: true, set: (key) => set({ key: key || undefined }) })}
  </div>`;
}
