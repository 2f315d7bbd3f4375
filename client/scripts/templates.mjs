/** Templates of HTML without the space that browsers would load, parse and keep for nothing. */

import ts from "typescript";

const LITERALS = new Set([
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
]);

/** Elements beside which space is never drawn. */
const BLOCKS =
  "article|details|dialog|div|dl|dt|dd|fieldset|footer|form|h2|h3|header|legend|li|nav|ol|p|section|summary|table|" +
  "tbody|td|th|thead|tr|ul";
const AFTER_BLOCK = new RegExp(`(</?(?:${BLOCKS})(?: [^<>]*)?>)\\n(?=[<$])`, "g");
const BEFORE_BLOCK = new RegExp(`\\n(?=</?(?:${BLOCKS})[ >])`, "g");

/** Return the code with the templates that are tagged `html` moved to the left, and without space beside blocks. */
export function withoutSpace(code) {
  const file = ts.createSourceFile("module.js", code, ts.ScriptTarget.ES2022, true);
  const places = [];
  const visit = (node, isHtml) => {
    if (LITERALS.has(node.kind)) {
      if (isHtml) places.push([node.getStart(file), node.end]);
    } else if (ts.isTaggedTemplateExpression(node)) {
      ts.forEachChild(node, (child) => visit(child, node.tag.getText(file) === "html"));
    } else {
      const stays = isHtml && (ts.isTemplateExpression(node) || ts.isTemplateSpan(node));
      ts.forEachChild(node, (child) => visit(child, stays && !isExpressionOf(node, child)));
    }
  };
  visit(file, false);
  let shorter = "";
  let end = 0;
  for (const [from, to] of places.sort(([one], [other]) => one - other)) {
    shorter +=
      code.slice(end, from) +
      code
        .slice(from, to)
        .replace(/\n\s*(?=>)/g, "")
        .replace(/\n\s+(?=[\w@.?/])/g, " ")
        .replace(/\n\s+/g, "\n")
        .replace(AFTER_BLOCK, "$1")
        .replace(BEFORE_BLOCK, "");
    end = to;
  }
  return shorter + code.slice(end);
}

function isExpressionOf(node, child) {
  return ts.isTemplateSpan(node) && node.expression === child;
}
