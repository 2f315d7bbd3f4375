/** Signing in. */

import { h } from "../dom.js";
import { Form, field } from "./form.js";

export class SignInView {
  constructor(session) {
    this.name = h("input", { name: "username", autocomplete: "username", autocapitalize: "none" });
    const password = h("input", { name: "password", type: "password", autocomplete: "current-password" });
    const form = new Form({
      children: [field("username", "Name", this.name), field("password", "Password", password)],
      button: h("button", { type: "submit", class: "primary" }, "Sign in"),
      submit: ({ username, password: secret }) => session.signIn(username, secret),
    });
    const people = document.getElementById("people").content.cloneNode(true);
    people.querySelectorAll("li").forEach((line) => line.prepend(h("code", {}, line.dataset.username), " "));
    this.element = h(
      "main",
      { class: "signin" },
      h("h1", {}, "Clinic"),
      form.element,
      h("h2", {}, "Accounts"),
      h("ul", {}, people),
      h("p", {}, "The password of every account is ", h("code", {}, "demo"), "."),
    );
  }

  begin() {
    this.name.focus();
  }
}
