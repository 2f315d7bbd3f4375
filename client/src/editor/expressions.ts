/** The words of an expression: enough to rename in it and to read simple conditions. The server parses it whole. */

export interface Token {
  readonly kind: "name" | "number" | "text" | "sign";
  readonly source: string;
  readonly at: number;
}

const PATTERN =
  /\s+|(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>==|!=|<=|>=|\/\/|\*\*|.)/gsuy;

/** Return the words of an expression, without spaces. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of source.matchAll(PATTERN)) {
    const { groups = {}, index } = match;
    const kind = (["number", "name", "text", "sign"] as const).find((each) => groups[each] !== undefined);
    if (kind) tokens.push({ kind, source: match[0], at: index });
  }
  return tokens;
}

/** Return whether a token is the name of something of its own: not of a part of another, and not of a function. */
function isOwnName(tokens: readonly Token[], index: number): boolean {
  return (
    tokens[index]?.kind === "name" && tokens[index - 1]?.source !== "." && tokens[index + 1]?.source !== "("
  );
}

/** Return the names that an expression reads. */
export function namesIn(source: string): ReadonlySet<string> {
  const tokens = tokensOf(source);
  return new Set(tokens.filter((_, index) => isOwnName(tokens, index)).map((token) => token.source));
}

/** Return the expression with another name for what it calls `from`. */
export function renamed(source: string, from: string, to: string): string {
  const tokens = tokensOf(source);
  let result = "";
  let end = 0;
  tokens.forEach((token, index) => {
    if (token.source !== from || !isOwnName(tokens, index)) return;
    result += source.slice(end, token.at) + to;
    end = token.at + token.source.length;
  });
  return result + source.slice(end);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\n": "" };

/** Return the expression of a text. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

/** Return the text that a quoted expression is, or null for escapes that this does not know. */
export function unquoted(source: string): string | null {
  const inside = source.slice(1, -1);
  if (inside.match(/\\./gs)?.some((escape) => !/[\\"'ntr\n]/.test(escape.slice(1)))) return null;
  return inside.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}

/** Return a name that expressions take, made of a text: `Is the pain bad?` is `is_the_pain_bad`. */
export function nameOf(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ł", "l")
    .replaceAll("Ł", "L")
    .toLowerCase()
    .replace(/\{\{.*?\}\}/gs, " ")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[\d_]+|_+$/g, "");
  return plain.split("_").slice(0, 5).join("_").slice(0, 40);
}
