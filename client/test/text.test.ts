import { describe, expect, test } from "vitest";
import { plainText, safeUrl, splitHighlight, splitLinks, unescapeHtml } from "../src/text.js";

/** As Python's `html.escape`. */
function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#x27;");
}

describe("plainText", () => {
  const TYPED = [
    "a < b & &amp; <b>",
    "&lt;script&gt;",
    "&amp;amp;amp;",
    "\"quoted\" and 'single'",
    "&#x27; &#39; &apos; &nbsp; &#60; &LT;",
    "& &; &amp &lt",
    "$& $1 \\",
    "",
    "żółć 👩‍⚕️ שלום",
  ];
  test.each(TYPED)("shows %j as typed", (typed) => {
    expect(plainText({ text: escape(typed), text_format: "escaped" })).toBe(typed);
    expect(plainText({ text: escape(escape(typed)), text_format: "escaped" })).toBe(escape(typed));
    expect(plainText({ text: typed, text_format: "plain" })).toBe(typed);
    expect(plainText({ text: typed })).toBe(typed);
  });

  test.each([
    ["&amp;", "&"],
    ["&lt;", "<"],
    ["&gt;", ">"],
    ["&quot;", '"'],
    ["&#x27;", "'"],
    ["&amp;lt;", "&lt;"],
    ["&#39;", "&#39;"],
    ["&#X27;", "&#X27;"],
    ["&constructor;", "&constructor;"],
  ])("decodes %s to %s", (entity, character) => expect(unescapeHtml(entity)).toBe(character));

  test("a document without a text has an empty one", () => expect(plainText({})).toBe(""));
});

describe("splitHighlight", () => {
  test.each([
    ["", []],
    ["nothing", [["nothing", false]]],
    ["<mark>all</mark>", [["all", true]]],
    [
      "a <mark>b</mark> c <mark>d</mark>",
      [
        ["a ", false],
        ["b", true],
        [" c ", false],
        ["d", true],
      ],
    ],
    [
      "&lt;mark&gt;<mark>&amp;lt;</mark>",
      [
        ["<mark>", false],
        ["&lt;", true],
      ],
    ],
    ["<mark>two\nlines</mark>", [["two\nlines", true]]],
    ["<mark>without an end", [["<mark>without an end", false]]],
    ["<b>bold</b>", [["<b>bold</b>", false]]],
  ])("splits %j", (highlight, parts) => {
    expect(splitHighlight(highlight).map(({ text, marked }) => [text, marked])).toEqual(parts);
  });
});

describe("safeUrl", () => {
  test.each([
    ["https://example.com/a?b=c#d", "https://example.com/a?b=c#d"],
    ["HTTP://EXAMPLE.com", "http://example.com/"],
    ["mailto:a@example.com", "mailto:a@example.com"],
    ["tel:+48123", "tel:+48123"],
    ["  https://example.com ", "https://example.com/"],
  ])("accepts %j", (address, url) => expect(safeUrl(address)).toBe(url));

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "\u0000javascript:alert(1)",
    "\u0001 javascript:alert(1)",
    " javascript:alert(1)",
    "javascript&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "blob:https://example.com/1",
    "file:///etc/passwd",
    "filesystem:https://example.com/1",
    "view-source:https://example.com",
    "https://",
    "",
    null,
    undefined,
  ])("refuses %j", (address) => expect(safeUrl(address)).toBeNull());

  test("a relative address needs a base", () => {
    expect(safeUrl("/files/1")).toBeNull();
    expect(safeUrl("/files/1", "https://example.com/page")).toBe("https://example.com/files/1");
    expect(safeUrl("javascript:alert(1)", "https://example.com/page")).toBeNull();
  });
});

describe("splitLinks", () => {
  const shown = (text: string) =>
    splitLinks(text).map((part) => (part.href ? [part.text, part.href] : part.text));

  test.each([
    ["", []],
    ["no link, not even example.com", ["no link, not even example.com"]],
    ["See https://example.com.", ["See ", ["https://example.com", "https://example.com/"], "."]],
    ["(https://example.com/a)", ["(", ["https://example.com/a", "https://example.com/a"], ")"]],
    [
      "https://en.example.org/wiki/A_(b) and (https://en.example.org/A_(b))",
      [
        ["https://en.example.org/wiki/A_(b)", "https://en.example.org/wiki/A_(b)"],
        " and (",
        ["https://en.example.org/A_(b)", "https://en.example.org/A_(b)"],
        ")",
      ],
    ],
    [
      "HTTPS://EXAMPLE.com/x?y=1&z=2!",
      [["HTTPS://EXAMPLE.com/x?y=1&z=2", "https://example.com/x?y=1&z=2"], "!"],
    ],
    ["javascript:alert(1)", ["javascript:alert(1)"]],
    ["https:// alone", ["https:// alone"]],
    ['<a href="https://a.example">', ['<a href="', ["https://a.example", "https://a.example/"], '">']],
  ])("splits %j", (text, parts) => expect(shown(text)).toEqual(parts));

  test("the parts make up the text, and take linear time", () => {
    const text = `https://a.example/${")".repeat(20_000)}x (https://b.example/${"(".repeat(20_000)}`;
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });
});
