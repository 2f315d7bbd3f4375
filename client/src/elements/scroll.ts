/** The place in a list of messages: it stays where it is when others come before it, and at the end when it was there. */

const NEAR = 80;

export class ScrollKeeper {
  #box: HTMLElement | null = null;
  #content: Element | null = null;
  #anchor: { readonly element: Element; readonly top: number } | null = null;
  #isAtEnd = true;
  /** Where the box was scrolled to when that was last known. */
  #top = 0;
  readonly #resized = new ResizeObserver(() => this.restore());

  /** `moved` is called when the user has scrolled: `atEnd`, and whether the beginning is near. */
  constructor(private readonly moved: (atEnd: boolean, isNearStart: boolean) => void) {}

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Watch a box that scrolls, and what is in it. */
  attach(box: HTMLElement | null, content: Element | null): void {
    if (box === this.#box && content === this.#content) return;
    this.#resized.disconnect();
    this.#box?.removeEventListener("scroll", this.#scrolled);
    this.#box = box;
    this.#content = content;
    if (!box || !content) return;
    box.addEventListener("scroll", this.#scrolled, { passive: true });
    this.#resized.observe(box);
    this.#resized.observe(content);
  }

  detach(): void {
    this.attach(null, null);
    this.#anchor = null;
    this.#isAtEnd = true;
  }

  /** Put the place back after something has changed. */
  restore(): void {
    const box = this.#box;
    if (!box) return;
    if (this.#isAtEnd) {
      box.scrollTop = box.scrollHeight;
      this.#top = box.scrollTop;
    } else if (this.#anchor?.element.isConnected) {
      const moved =
        this.#anchor.element.getBoundingClientRect().top - box.getBoundingClientRect().top - this.#anchor.top;
      if (Math.abs(moved) >= 1) box.scrollTop += moved;
    }
  }

  /** Go to the end, and stay there. */
  toEnd(): void {
    this.#isAtEnd = true;
    this.restore();
    this.moved(true, false);
  }

  /** Show an element in the middle. */
  toElement(element: Element): void {
    this.#isAtEnd = false;
    element.scrollIntoView({ block: "center" });
    this.#remember();
  }

  readonly #scrolled = () => {
    const box = this.#box;
    if (!box) return;
    const { scrollTop, scrollHeight, clientHeight } = box;
    // The user leaves the end by scrolling up; below where it was, the box or what is in it has another height now.
    const stays = this.#isAtEnd && scrollTop >= this.#top;
    this.#isAtEnd = stays || scrollHeight - scrollTop - clientHeight < NEAR;
    this.#top = scrollTop;
    if (stays) this.restore();
    else this.#remember();
    this.moved(this.#isAtEnd, scrollTop < clientHeight);
  };

  /** Note the first message in sight, and where it is. */
  #remember(): void {
    const box = this.#box;
    if (!box) return;
    const { top } = box.getBoundingClientRect();
    for (const part of this.#content?.querySelectorAll(".part") ?? []) {
      if (part.getBoundingClientRect().bottom <= top) continue;
      for (const element of part.querySelectorAll(".message")) {
        const place = element.getBoundingClientRect();
        if (place.bottom <= top) continue;
        this.#anchor = { element, top: place.top - top };
        return;
      }
    }
  }
}
