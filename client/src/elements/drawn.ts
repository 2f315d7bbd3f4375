/** Elements that draw themselves again when their properties change: of LitElement, what is used here. */

import { render } from "./lit.js";

export interface PropertyDeclaration {
  /** What the attribute is read as; default: a text. */
  readonly type?: typeof Number | typeof Boolean;
  /** False if there is no attribute; its name is that of the property with hyphens: `can-start`. */
  readonly attribute?: false;
  /** Whether the attribute follows the property. */
  readonly reflect?: boolean;
}

export type PropertyDeclarations = Readonly<Record<string, PropertyDeclaration>>;
/** What the properties were that have changed, by name. */
export type Changes = ReadonlyMap<string, unknown>;

function attributeOf(name: string, { attribute }: PropertyDeclaration): string | false {
  return attribute ?? name.replace(/[A-Z]/g, "-$&").toLowerCase();
}

export abstract class DrawnElement extends HTMLElement {
  static properties: PropertyDeclarations = {};

  /** Resolves when what has changed is drawn. */
  updateComplete: Promise<void> = Promise.resolve();
  /** The root that the element draws into. */
  readonly renderRoot: ShadowRoot = this.attachShadow({ mode: "open" });
  readonly #values = new Map<string, unknown>();
  /** Properties that were set before the element was defined. */
  readonly #early: [string, unknown][] = [];
  #changed = new Map<string, unknown>();
  #isPending = false;
  #connect!: () => void;
  readonly #connected = new Promise<void>((resolve) => {
    this.#connect = resolve;
  });

  constructor() {
    super();
    for (const name of Object.keys(this.#declared)) {
      const early = Object.getOwnPropertyDescriptor(this, name);
      if (!early) continue;
      this.#early.push([name, early.value]);
      Reflect.deleteProperty(this, name);
    }
    this.requestUpdate();
  }

  /** Browsers ask for it when the element is defined. */
  static get observedAttributes(): string[] {
    for (const name of Object.keys(this.properties))
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: DrawnElement) {
          return this.#values.get(name);
        },
        set(this: DrawnElement, value: unknown) {
          this.#set(name, value);
        },
      });
    return Object.entries(this.properties).flatMap(([name, declared]) => attributeOf(name, declared) || []);
  }

  get #declared(): PropertyDeclarations {
    return (this.constructor as typeof DrawnElement).properties;
  }

  #set(name: string, value: unknown): void {
    const before = this.#values.get(name);
    if (Object.is(value, before)) return;
    this.#values.set(name, value);
    if (!this.#changed.has(name)) this.#changed.set(name, before);
    this.requestUpdate();
  }

  connectedCallback(): void {
    for (const [name, value] of this.#early.splice(0)) Reflect.set(this, name, value);
    this.#connect();
  }

  disconnectedCallback(): void {}

  attributeChangedCallback(attribute: string, _: string | null, text: string | null): void {
    for (const [name, declared] of Object.entries(this.#declared)) {
      if (attributeOf(name, declared) !== attribute) continue;
      const isNumber = declared.type === Number && text !== null;
      Reflect.set(this, name, declared.type === Boolean ? text !== null : isNumber ? Number(text) : text);
    }
  }

  /** Draw the element soon, once for all changes until then, and not before it is in a page. */
  requestUpdate(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    this.updateComplete = this.#connected.then(() => this.#draw());
  }

  #draw(): void {
    const changed = this.#changed;
    try {
      this.willUpdate(changed);
      this.#reflect(changed);
      render(this.render(), this.renderRoot);
    } finally {
      this.#changed = new Map();
      this.#isPending = false;
    }
    this.updated();
  }

  #reflect(changed: Changes): void {
    for (const [name, declared] of Object.entries(this.#declared)) {
      const attribute = attributeOf(name, declared);
      if (!declared.reflect || !attribute || !changed.has(name)) continue;
      const value = this.#values.get(name);
      const isThere = declared.type === Boolean ? value : value !== null && value !== undefined;
      if (isThere) this.setAttribute(attribute, value === true ? "" : String(value));
      else this.removeAttribute(attribute);
    }
  }

  /** Something has changed, and is about to be drawn. */
  protected willUpdate(_changed: Changes): void {}

  protected abstract render(): unknown;

  /** The element was drawn. */
  protected updated(): void {}
}
