/** The pictures and other attachments that a question is shown with. */

import { html, nothing } from "./lit.js";
import { type Attachment, type Question, replacedAt, withoutIndex, withValues } from "./document.js";
import { setQuestion } from "./edits.js";
import { button, section, textField } from "./fields.js";
import { upload } from "./requests.js";
import type { Editor } from "./store.js";

export function picturesSection(editor: Editor, question: Question): unknown {
  const { qid, attachments = [] } = question;
  const { t } = editor;
  const refusal = editor.refusedPictures.get(qid);
  const change = (
    edit: (list: readonly Attachment[]) => readonly Attachment[],
    subject: string | null = null,
  ): void =>
    editor.edit((script) => {
      const next = edit(script.questions.find((each) => each.qid === qid)?.attachments ?? []);
      return setQuestion(script, qid, {
        attachments: next.length ? next : undefined,
        has_attachments: next.length > 0 || undefined,
      });
    }, subject);
  const set = (index: number, values: Partial<Attachment>): void =>
    change(
      (all) => all.map((each, at) => (at === index ? withValues(each, values) : each)),
      `${qid}-picture${index}-${Object.keys(values).join()}`,
    );
  const take = async (files: FileList | null | undefined, input?: HTMLInputElement): Promise<void> => {
    for (const file of files ?? []) {
      const made = await upload(editor, file);
      if (typeof made === "string") {
        editor.refusedPictures.set(qid, `${file.name}: ${made}`);
        editor.say(made);
        continue;
      }
      editor.refusedPictures.delete(qid);
      if (made.attachment.file) editor.pictures[made.attachment.file] = made.src;
      change((all) => [...all, made.attachment]);
      editor.say(t("picture_added"));
    }
    if (input) input.value = "";
  };
  const dropped = (event: DragEvent): void => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void take(event.dataTransfer.files);
  };
  return section(
    attachments.length ? t("pictures_count", { count: attachments.length }) : t("pictures"),
    attachments.length > 0,
    html`<div class="ed-pictures" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${dropped}>
      ${attachments.map((each, index) => {
        const src = each.file ? editor.pictures[each.file] : undefined;
        return html`<div
          class="ed-picture"
          role="group"
          aria-label=${t("picture_number", { number: index + 1 })}
        >
          ${src && each.type === "image" ? html`<img src=${src} alt="" />` : html`<span class="ed-kind">${each.type}</span>`}
          <div class="ed-grow">
            ${textField({ id: `q${qid}-picture${index}-title`, label: t("picture_title"), value: each.title, set: (title) => set(index, { title: title || undefined } as never) })}
            ${textField({ id: `q${qid}-picture${index}-description`, label: t("picture_description"), help: t("picture_description_help"), value: each.description, set: (description) => set(index, { description: description || undefined } as never) })}
          </div>
          ${button("✕", () => change((all) => withoutIndex(all, index)), { label: t("remove_picture", { number: index + 1 }), classes: "ed-quiet ed-danger" })}
          ${index ? button("↑", () => change((all) => replacedAt(replacedAt(all, index, all[index - 1] as Attachment), index - 1, each)), { label: t("picture_up", { number: index + 1 }), classes: "ed-quiet" }) : nothing}
        </div>`;
      })}
      <label class="ed-upload">
        <span>${t("add_picture")}</span>
        <input
          type="file"
          accept="image/*"
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            void take(input.files, input);
          }}
        />
      </label>
      ${
        refusal
          ? html`<ul class="errorlist">
              <li dir="auto">${refusal}</li>
            </ul>`
          : nothing
      }
    </div>`,
  );
}
