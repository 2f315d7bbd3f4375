"""Parts of a page that are wider than the screen, and colors."""

from __future__ import annotations

from typing import Any

#: Elements that stick out of the screen or scroll sideways, in all roots.
_TOO_WIDE = """() => {
  const wide = [];
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > width) wide.push(`the page: ${document.scrollingElement.scrollWidth}`);
  const roots = [document];
  for (const root of roots)
    for (const element of root.querySelectorAll("body *, :host *, *")) {
      if (element.shadowRoot) roots.push(element.shadowRoot);
      if (element.closest(".unseen, script, style, head") || !element.checkVisibility()) continue;
      const { left, right, width: own } = element.getBoundingClientRect();
      const hidden = own <= 1 || element.matches("option, defs, path");
      const name = `${element.localName}.${element.getAttribute("class") ?? ""}`;
      if (!hidden && (right > width + 1 || left < -1)) wide.push(`${name} from ${left} to ${right}`);
      const { overflowX } = getComputedStyle(element);
      if (["auto", "scroll"].includes(overflowX) && element.scrollWidth > element.clientWidth + 1)
        wide.push(`${name} scrolls: ${element.scrollWidth} in ${element.clientWidth}`);
    }
  return [...new Set(wide)];
}"""


def too_wide(page: Any) -> list[str]:
    """Return what cannot be seen without scrolling sideways."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def luminance(locator: Any, name: str = "backgroundColor") -> float:
    """Return how bright a color of an element is, from 0 to 1."""
    color: str = locator.evaluate(
        """(element, name) => {
          const context = new OffscreenCanvas(1, 1).getContext("2d");
          context.fillStyle = getComputedStyle(element)[name];
          context.fillRect(0, 0, 1, 1);
          return [...context.getImageData(0, 0, 1, 1).data].join(" ");
        }""",
        name,
    )
    red, green, blue, alpha = (int(part) for part in color.split())
    assert alpha == 255, f"{name} is transparent"
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


#: The contrast of an element's text with what it is painted on, by the formula of WCAG 2.
_CONTRAST = """element => {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  const layers = [];
  for (let at = element; at; at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host)
    layers.unshift(getComputedStyle(at).backgroundColor);
  const luminance = colors => {
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    const parts = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255);
    const [red, green, blue] = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = luminance(["white", ...layers]);
  const text = luminance(["white", ...layers, getComputedStyle(element).color]);
  return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
}"""


def contrast(locator: Any) -> float:
    """Return the contrast of the text of an element with its background, from 1 to 21."""
    return float(locator.evaluate(_CONTRAST))
