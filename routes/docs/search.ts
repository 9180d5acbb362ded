/** Looking a word up in the documentation: sections whose heading or text has all the words asked for. */
import type { DocPage, Library } from "./library.ts";

/** Sections shown at most. */
const MAX_FOUND = 40;
/** Characters of text around the first word that is found. */
const AROUND = 80;

export interface Found {
  readonly page: string;
  readonly heading: string;
  readonly href: string;
  /** A line of it, with the first word in it; "" where only the heading has it. */
  readonly line: string;
}

interface Section {
  readonly heading: string;
  readonly id: string;
  readonly text: string;
}

/** Those whose heading says it first, else in reading order. */
export function searchDocs(library: Library, asked: string): readonly Found[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return [];
  const named: Found[] = [];
  const told: Found[] = [];
  for (const page of library.shelves.flatMap(({ pages }) => pages)) {
    for (const { heading, id, text } of sectionsOf(page)) {
      const inHeading = hasAll(`${page.title} ${heading}`, words);
      if (!inHeading && !hasAll(`${heading} ${text}`, words)) continue;
      const found = {
        page: page.title,
        heading,
        href: `/docs/${page.name}#${id}`,
        line: lineWith(text, words[0]),
      };
      (inHeading ? named : told).push(found);
    }
  }
  return [...named, ...told].slice(0, MAX_FOUND);
}

/** The text between one heading and the next. Headings in code are none: they have no id. */
function sectionsOf({ headings, text }: DocPage): readonly Section[] {
  const parts = text.replaceAll(
    /^```[\s\S]*?^```/gm,
    (code) => code.replaceAll(/^#/gm, " #"),
  ).split(/^#{1,6} .*$/m).slice(1);
  return headings.map(({ text: heading, id }, index) => ({
    heading,
    id,
    text: plain(parts[index] ?? ""),
  }));
}

/** Without the signs of tables, code and links. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\]\([^)]*\)/g, "").replaceAll(/[`*_|[\]]+/g, " ")
    .replaceAll(/-{3,}/g, " ").replaceAll(/\s+/g, " ").trim();
}

function hasAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

function lineWith(text: string, word: string): string {
  const at = text.toLowerCase().indexOf(word);
  if (at < 0) return "";
  const from = Math.max(0, at - AROUND);
  const line = text.slice(from, at + word.length + AROUND);
  return `${from > 0 ? "…" : ""}${line}…`;
}
