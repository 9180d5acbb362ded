/** The names of all methods, apart from the methods: what only reads names stays small. */

export const METHODS = [
  "wsm",
  "wpm",
  "waspas",
  "topsis",
  "vikor",
  "promethee2",
  "electre1",
  "electre2",
  "copras",
  "aras",
  "moora",
  "edas",
  "mabac",
  "spotis",
] as const;
export type Method = typeof METHODS[number];
