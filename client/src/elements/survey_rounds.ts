/** The sections of a survey, and the rounds of repeated groups that the user adds and removes. */

import { html, nothing } from "./lit.js";
import type { ChatClient } from "../index.js";
import { confirmed } from "./dialogs.js";
import { sentenceOf } from "./errors.js";
import { keyed } from "./keyed.js";
import { lib } from "./library.js";
import { PagingElement } from "./survey_paging.js";
import { type Group, type Repeat, type Row, type Section, sectionsOf } from "./survey_rows.js";

/** A survey whose repeated groups have rounds. */
export abstract class RoundsElement extends PagingElement {
  abstract survey: number | null;
  #groupError: { readonly group: number; readonly text: string } | null = null;
  #isChanging = false;

  /** Draw a section after another one of the same page. */
  protected section(section: Section, before: Section | undefined, draw: (row: Row) => unknown): unknown {
    const { group, instance, rows } = section;
    const own = sectionsOf(this.rows).filter((other) => other.group === group);
    const texts = group?.instances?.find((one) => one.instance === instance)?.text;
    const place = own.findIndex(({ key }) => key === section.key) + 1;
    const numbered = texts ?? this.t("instance", { name: group?.name ?? "", place });
    const name = instance ? numbered : (group?.name ?? "");
    const isLast = group?.repeat && own.at(-1)?.rows.at(-1)?.key === rows.at(-1)?.key;
    return html`<section aria-label=${name || nothing}>
      ${
        name
          ? html`<div class="title">
              <h3 dir="auto" tabindex="-1">${name}</h3>
              ${group && instance ? this.#remover(group, instance, own.length, name) : nothing}
            </div>`
          : nothing
      }
      ${
        group?.text && !texts && before?.group !== group
          ? html`<p class="about" dir="auto">${group.text}</p>`
          : nothing
      }
      ${keyed(
        rows.filter(({ isEmpty }) => !isEmpty),
        ({ key }) => key,
        draw,
      )}
      ${group && isLast ? this.#adder(group, instance ? own.length : 0) : nothing}
    </section>`;
  }

  #remover(group: Group, instance: number, count: number, name: string): unknown {
    const { count: isCounted, min } = group.repeat as Repeat;
    if (isCounted || count <= (min ?? 1)) return nothing;
    return html`<button class="link" @click=${() => this.#remove(group, instance, name)}>
      ${this.t("remove")}<span class="unseen">: ${name}</span>
    </button>`;
  }

  #adder(group: Group, count: number): unknown {
    const { count: isCounted, max } = group.repeat as Repeat;
    if (isCounted) return nothing;
    return html`<div class="more">
      ${
        count < (max ?? Infinity)
          ? html`<button @click=${() => this.#add(group)}>
              + <span dir="auto">${this.t("add_instance", { name: group.name })}</span>
            </button>`
          : nothing
      }
      <p class="error" aria-live="polite">
        ${this.#groupError?.group === group.id ? this.#groupError.text : ""}
      </p>
    </div>`;
  }

  #add(group: Group): Promise<void> {
    return this.#changed(group, async (client, id) => {
      const instance = await client.addInstance(id, group.id);
      await this.updateComplete;
      this.focusRow(this.rows.find((one) => one.group?.id === group.id && one.instance === instance));
    });
  }

  async #remove(group: Group, instance: number, name: string): Promise<void> {
    const question = this.t("remove_instance", { name });
    if (!(await confirmed(this.renderRoot, question, this.t("remove"), this.words))) return;
    await this.#changed(group, async (client, id) => {
      // An answer that arrives after the removal is refused, and stands in the way of submitting.
      await this.settled();
      await client.removeInstance(id, group.id, instance);
      this.announce(this.t("removed"));
    });
  }

  async #changed(group: Group, change: (client: ChatClient, id: number) => Promise<void>): Promise<void> {
    const { api, survey } = this;
    if (survey === null || this.#isChanging) return;
    this.#isChanging = true;
    this.#groupError = null;
    try {
      await change(api, survey);
    } catch (error) {
      const [code] = error instanceof lib().ApiError ? (error.fields["instances"] ?? []) : [];
      const text = code ? this.t(`instances_${code.toLowerCase()}`) : sentenceOf(error, this.words);
      this.#groupError = { group: group.id, text };
      // Another tab may have changed the rounds.
      void api.reloadSurvey(survey);
    }
    this.#isChanging = false;
    this.requestUpdate();
  }
}
