/** Code coloured by classes, so that the CSP need not let styles in. Small on purpose: it marks words, it does not parse. */

const COMMON_WORDS =
  "async await break case catch class const continue else export extends false finally for from function if import in interface let new null of readonly return switch this throw true try type typeof undefined while";

const SHELL_WORDS =
  "cd curl deno do done export fi for if mkdir npx set sudo then while";

/** Order counts: the first that matches at a place is what stands there. */
const SCRIPT: readonly Token[] = [
  ["comment", /\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ["string", /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/y],
  ["number", /\b\d[\d_]*(?:\.\d+)?\b/y],
  ["word", new RegExp(`\\b(?:${COMMON_WORDS.replaceAll(" ", "|")})\\b`, "y")],
  // Whole names are one step: a word within one is none.
  [undefined, /[A-Za-z_$][\w$]*/y],
];

const SHELL: readonly Token[] = [
  // Only at the start of a word: `a#b` is none.
  ["comment", /(?<=^|\s)#[^\n]*/y],
  ["string", /"(?:\\.|[^"\\])*"|'[^']*'/y],
  ["number", /\$\{?\w+\}?/y],
  ["word", new RegExp(`\\b(?:${SHELL_WORDS.replaceAll(" ", "|")})\\b`, "y")],
  [undefined, /[\w./-]+/y],
];

const MARKUP: readonly Token[] = [
  ["comment", /<!--[\s\S]*?-->/y],
  ["word", /<\/?[A-Za-z][\w-]*|\/?>/y],
  ["string", /"[^"]*"/y],
  [undefined, /[\w-]+/y],
];

const GRAMMARS: Readonly<Record<string, readonly Token[]>> = {
  ts: SCRIPT,
  tsx: SCRIPT,
  js: SCRIPT,
  json: SCRIPT,
  jsonc: SCRIPT,
  sh: SHELL,
  bash: SHELL,
  html: MARKUP,
};

type Kind = "comment" | "string" | "number" | "word";
type Token = readonly [kind: Kind | undefined, pattern: RegExp];

/** Escaped HTML of a piece of code; of a language it does not know, plain. */
export function highlight(code: string, language: string): string {
  const grammar = GRAMMARS[language];
  if (grammar === undefined) return escapeHtml(code);
  let html = "";
  let at = 0;
  while (at < code.length) {
    const { kind, text } = nextToken(grammar, code, at);
    const escaped = escapeHtml(text);
    html += kind === undefined
      ? escaped
      : `<span class="docs-${kind}">${escaped}</span>`;
    at += text.length;
  }
  return html;
}

function nextToken(grammar: readonly Token[], code: string, at: number) {
  for (const [kind, pattern] of grammar) {
    pattern.lastIndex = at;
    const text = pattern.exec(code)?.[0];
    if (text) return { kind, text };
  }
  return { kind: undefined, text: code[at] };
}

/** Text as it can stand between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
