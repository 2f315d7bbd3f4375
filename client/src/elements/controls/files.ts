/** Files: chosen, dropped, pasted or photographed, and checked before they are sent. */

import { html, nothing } from "../lit.js";
import {
  type Asked,
  type Control,
  type DraftFile,
  numberLimit,
  type Question,
  type StoredFile,
} from "./control.js";
import { acceptedTypes, type FileRules, megabytes, prepared } from "../files.js";

function bytesMax({ question, limits }: Asked): number {
  return Math.min(limits?.file_bytes_max ?? Infinity, numberLimit(question, "max_size") ?? Infinity);
}

function filesMax({ question, limits }: Asked): number {
  return Math.min(limits?.attachments_max ?? 10, numberLimit(question, "max_files") ?? Infinity);
}

/** Return the MIME types and extensions that the author accepts; none for all. */
function acceptedBy({ limits }: Question): readonly string[] {
  const { accept } = (limits ?? {}) as { accept?: unknown };
  return Array.isArray(accept) ? accept.map(String) : [];
}

function rulesOf(asked: Asked): FileRules {
  const { limits, question, texts } = asked;
  return { limits, accept: acceptedBy(question), bytes: bytesMax(asked), texts };
}

async function add(asked: Asked, list: Iterable<File>): Promise<void> {
  const all = [...list];
  if (!all.length || asked.isWaiting) return;
  const free = filesMax(asked) - asked.input.files.length - (asked.value?.files?.length ?? 0);
  asked.say(all.length > free ? asked.t("files_at_most", { n: filesMax(asked) }) : "");
  const results = await Promise.all(
    all.slice(0, Math.max(0, free)).map((file) => prepared(rulesOf(asked), file)),
  );
  const errors = results.filter((result) => typeof result === "string");
  const files = results.filter((result) => typeof result !== "string");
  if (files.length) asked.change({ files: [...asked.input.files, ...files] }, "now");
  // Afterwards, because storing an answer takes back what was said about it.
  if (errors.length) asked.say(errors.join(" "));
}

function picker(asked: Asked, key: string, options: { camera?: boolean } = {}): unknown {
  const { question, limits } = asked;
  const accept = acceptedBy(question);
  const open = ({ currentTarget }: Event) =>
    ((currentTarget as HTMLElement).nextElementSibling as HTMLInputElement).click();
  const take = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    void add(asked, [...(input.files ?? [])]);
    // The same file can be chosen again.
    input.value = "";
  };
  return html`<button
      id=${options.camera ? nothing : "control"}
      class=${options.camera ? "camera" : ""}
      aria-describedby=${asked.describedBy}
      aria-disabled=${asked.isWaiting}
      @click=${open}
    >
      ${asked.t(key)}</button
    ><input
      type="file"
      hidden
      accept=${options.camera ? "image/*" : (accept.length ? accept : acceptedTypes(limits)).join(",")}
      capture=${options.camera ? "environment" : nothing}
      ?multiple=${!options.camera && filesMax(asked) > 1}
      @change=${take}
    />`;
}

function fileRow(asked: Asked, name: string, src: string, remove: () => void): unknown {
  return html`<li>
    ${src ? html`<img src=${src} alt="" />` : nothing}
    <span dir="auto">${name}</span>
    <button class="plain" aria-label=${asked.t("remove_file", { name })} @click=${remove}>✕</button>
  </li>`;
}

function thumbnailOf({ thumbnail, src, type }: StoredFile): string | null | undefined {
  const small = (thumbnail as { src?: string } | null)?.src;
  return small ?? (type === "image" ? src : null);
}

function over(event: DragEvent, isOver: boolean): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement).toggleAttribute("data-over", isOver);
}

function filesView(asked: Asked): unknown {
  const { input, value } = asked;
  const without = (file: DraftFile) => asked.change({ files: input.files.filter((other) => other !== file) });
  const stored = asked.layout === "survey" ? (value?.files ?? []) : [];
  const count = stored.length + input.files.length;
  return html`<div
    class="files"
    @dragover=${(event: DragEvent) => over(event, true)}
    @dragleave=${(event: DragEvent) => over(event, false)}
    @drop=${(event: DragEvent) => {
      over(event, false);
      void add(asked, event.dataTransfer?.files ?? []);
    }}
    @paste=${(event: ClipboardEvent) => void add(asked, event.clipboardData?.files ?? [])}
  >
    ${
      count
        ? html`<ul>
            ${stored.map((file) =>
              fileRow(asked, file.title || asked.t("file"), asked.url(thumbnailOf(file)), () =>
                asked.removeFile(file),
              ),
            )}
            ${input.files.map((file) =>
              fileRow(asked, file.title ?? "", file.type === "image" ? asked.preview(file.file) : "", () =>
                without(file),
              ),
            )}
          </ul>`
        : nothing
    }
    ${
      count < filesMax(asked)
        ? html`<div class="pickers">
            ${picker(asked, "choose_file")} ${picker(asked, "take_photo", { camera: true })}
            <span class="hint drop">${asked.t("or_drop")}</span>
          </div>`
        : nothing
    }
  </div>`;
}

export const fileControl: Control = {
  isGroup: true,
  describe: (asked) => {
    const own = numberLimit(asked.question, "max_size");
    const most = numberLimit(asked.question, "max_files");
    return [
      most === null ? "" : asked.t("files_at_most", { n: most }),
      own === null ? "" : asked.t("size_at_most", { size: megabytes(asked.texts, bytesMax(asked)) }),
    ]
      .filter(Boolean)
      .join(" ");
  },
  view: filesView,
  draft: ({ input }) => (input.files.length ? { files: input.files } : null),
  shown: ({ input }) => input.files.map(({ title }) => title).join(", "),
};
