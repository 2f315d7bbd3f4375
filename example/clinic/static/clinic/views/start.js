/** Starting a conversation: with somebody, with a questionnaire, or both. */

import { ApiError } from "../client.js";
import { fill, h } from "../dom.js";
import { ANSWERING } from "../permissions.js";
import { Form, field } from "./form.js";

const NOBODY = "";

export class StartDialog {
  #session;

  constructor(session) {
    this.#session = session;
    this.person = h("select", { name: "person", onchange: () => this.#update() });
    this.schema = h("select", { name: "schema", onchange: () => this.#update() });
    this.asked = h("select", { name: "asked" });
    this.askedField = field("asked", "Who answers", this.asked);
    const cancel = h("button", { type: "button", onclick: () => this.element.close() }, "Cancel");
    this.form = new Form({
      label: "New conversation",
      children: [
        field("person", "With", this.person),
        field("schema", "Questionnaire", this.schema),
        this.askedField,
        field("title", "Title (optional)", h("input", { type: "text", name: "title" })),
      ],
      button: h("button", { type: "submit", class: "primary" }, "Start"),
      submit: (values) => this.#start(values),
    });
    this.form.button.after(cancel);
    this.element = h("dialog", { "aria-label": "New conversation" }, h("h2", {}, "New conversation"), this.form.element);
  }

  /** Show the dialog, with the current people and questionnaires. */
  async open() {
    this.form.element.reset();
    this.form.clear();
    const people = this.#session.people.map(({ id, name, role }) =>
      h("option", { value: String(id) }, role ? `${name} (${role})` : name),
    );
    fill(this.person, [h("option", { value: NOBODY }, "Nobody else"), ...people]);
    fill(this.schema, [h("option", { value: NOBODY }, "None")]);
    this.#update();
    this.element.showModal();
    try {
      const query = { published: true, deprecated: false, fields: "id,name" };
      const found = await this.#session.client.request("GET", "schemas/automated_flow", { query });
      this.schema.append(...found.map(({ id, name }) => h("option", { value: String(id) }, name)));
    } catch (error) {
      this.form.show(error);
    }
  }

  /** Offer the choice of who answers only if somebody else takes part. */
  #update() {
    const name = this.person.selectedOptions[0]?.textContent;
    this.askedField.hidden = !this.person.value || !this.schema.value;
    fill(this.asked, [
      h("option", { value: "me" }, "Me"),
      h("option", { value: "other" }, name ?? ""),
    ]);
  }

  async #start({ person, schema, asked, title }) {
    if (!person && !schema) {
      throw new ApiError(400, { person: ["Choose a person or a questionnaire."] });
    }
    const { me, client } = this.#session;
    const asksOther = person && schema && asked === "other";
    const named = title || (person ? "" : this.schema.selectedOptions[0].textContent);
    const script = { state: "scripted", schema: Number(schema) };
    const body = { ...(named ? { title: named } : {}), ...(schema && !asksOther ? script : {}) };
    const thread = await client.startThread("chat", body);
    const members = `threads/${thread.id}/users`;
    if (person) {
      const rights = asksOther ? { permissions: ANSWERING } : {};
      await client.request("POST", members, { body: { user: Number(person), ...rights } });
    }
    if (asksOther) {
      await client.request("PATCH", `${members}/${person}`, { body: { ...script, automated_sender: me.id } });
    }
    this.element.close();
    this.#session.choose(thread.id);
  }
}
