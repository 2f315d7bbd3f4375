import tseslint from "typescript-eslint";

/** Names that make HTML of a text: what people write is only ever put into text nodes. */
const MAKES_HTML = [
  "innerHTML",
  "outerHTML",
  "insertAdjacentHTML",
  "setHTMLUnsafe",
  "createContextualFragment",
  "unsafeHTML",
  "unsafeSVG",
  "dangerouslySetInnerHTML",
];
const message = "Put texts into text nodes.";

export default tseslint.config(
  { ignores: ["build/**", "src/generated/**", "node_modules/**"] },
  ...tseslint.configs.strict,
  {
    rules: {
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", ...MAKES_HTML.map((property) => ({ property, message }))],
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^lit(/|$)", message: "Import what the lit.ts beside the module exports." }] },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.object.name='document'][callee.property.name=/^write/]", message },
        ...MAKES_HTML.map((name) => ({ selector: `Identifier[name='${name}']`, message })),
      ],
    },
  },
  { files: ["src/elements/lit.ts", "src/editor/lit.ts"], rules: { "no-restricted-imports": "off" } },
);
