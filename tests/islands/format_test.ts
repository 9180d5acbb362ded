/** How names and figures are written. */
import { assertEquals } from "@std/assert";
import { initials } from "../../islands/format.ts";

for (
  const [name, letters] of [
    ["Ana Lima", "AL"],
    ["Robin (simulated)", "R"],
    ["Ana Lima (you)", "AL"],
    ["ana.maria.lima", "AL"],
    ["Zoë", "Z"],
    ["“Bo” Ek", "BE"],
    ["émile zola", "ÉZ"],
    ["(only a remark)", "O"],
    ["🙂 Kim", "🙂K"],
    ["...", "."],
    ["", "?"],
  ] as const
) {
  Deno.test(`the initials of “${name}” are ${letters}`, () => {
    assertEquals(initials(name), letters);
  });
}
