/** How the elements look: sheets from `elements.css`, which is loaded once for all of them. */

import { pageData } from "./library.js";

/** The sheets by name: the parts of the file, each after a comment with its name. */
let sheets: ReadonlyMap<string, CSSStyleSheet> | undefined;
let sheetsLoading: Promise<void> | undefined;

/** Load the sheets, once. */
export function loadStyles(): Promise<void> {
  sheetsLoading ??= fetch(pageData()?.styles ?? new URL("./elements.css", import.meta.url).href).then(
    async (response) => {
      if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
      const [, ...parts] = (await response.text()).split(/\/\*! (\w+) \*\//);
      const named = parts.flatMap((name, at) =>
        at % 2 ? [] : [[name, sheetOf(parts[at + 1] ?? "")] as const],
      );
      sheets = new Map(named);
    },
  );
  sheetsLoading.catch(() => (sheetsLoading = undefined));
  return sheetsLoading;
}

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

/** Hold the place of an element until the sheets are loaded. */
export function holdPlace(root: ShadowRoot): void {
  root.adoptedStyleSheets = [sheetOf(":host { display: block; }")];
}

/** Style the root of an element: with what all have in common, and with sheets of its own. */
export function applyStyles(root: ShadowRoot, names: readonly string[]): void {
  if (!sheets) return;
  const wanted = ["shared", ...names].flatMap((name) => sheets?.get(name) ?? []);
  root.adoptedStyleSheets = [
    ...root.adoptedStyleSheets.filter((sheet) => !wanted.includes(sheet)),
    ...wanted,
  ];
}
