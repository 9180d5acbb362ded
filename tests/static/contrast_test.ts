/** Contrast of the stylesheet's own colours, in both themes: WCAG 2.2 AA. */
import { assert, assertEquals } from "@std/assert";

const TEXT = await Deno.readTextFile(
  new URL("../../static/style/tokens.css", import.meta.url),
);
const TONES = ["slate", "red", "orange", "amber", "jade", "blue", "violet"];

/** `[light, dark]` of every colour. */
const COLOURS = new Map(
  [...TEXT.matchAll(
    /--([\w-]+): (?:light-dark\(\s*(#\w+),\s*(#\w+)\s*\)|(#\w+));/g,
  )].map(([, name = "", light = "", dark = "", one]) =>
    [name, [one ?? light, one ?? dark]] as const
  ),
);

function luminance(colour: string): number {
  const hex = colour.length === 4
    ? [...colour.slice(1)].map((digit) => digit + digit)
    : colour.slice(1).match(/../g) ?? [];
  const [r = 0, g = 0, b = 0] = hex.map((pair) => {
    const part = parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) =>
    x - y
  );
  return (high + 0.05) / (low + 0.05);
}

function check(front: string, ground: string, least: number): void {
  for (const [n, theme] of ["light", "dark"].entries()) {
    const a = COLOURS.get(front)?.[n];
    const b = COLOURS.get(ground)?.[n];
    assert(a && b, `${front} on ${ground} is defined`);
    const found = contrast(a, b);
    assert(
      found >= least,
      `${front} on ${ground}, ${theme}: ${found.toFixed(2)}`,
    );
  }
}

Deno.test("the reader of the colours knows black from white", () => {
  assertEquals(contrast("#000", "#ffffff"), 21);
});

Deno.test("text reaches 4.5 to 1 on every ground it stands on", () => {
  for (const ground of ["ground", "surface", "sunken"]) {
    for (const text of ["text", "muted"]) check(text, ground, 4.5);
  }
  check("accent-text", "surface", 4.5);
  check("accent-text", "ground", 4.5);
  check("accent-ink", "accent-soft", 4.5);
  check("accent-text", "accent-soft", 4.5);
  check("on-accent", "accent", 4.5);
  check("on-accent", "red-solid", 4.5);
  check("on-accent", "red-solid-hover", 4.5);
  check("red-text", "surface", 4.5);
});

for (const tone of TONES) {
  Deno.test(`${tone}: a badge reaches 4.5 to 1, its shape alone 3 to 1`, () => {
    check(`${tone}-text`, `${tone}-soft`, 4.5);
    check(tone, "surface", 3);
    check(tone, "ground", 3);
  });
}

Deno.test("edges of controls, bars and marks reach 3 to 1", () => {
  check("line-strong", "surface", 3);
  check("accent-text", "ground", 3);
  check("bar-lead", "surface", 3);
});
