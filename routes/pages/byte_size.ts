/** Sizes in bytes, as people read them. */

/** `820 B`, `1.4 kB`, `33 MB`: by thousands, with a decimal below ten. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
