/** Markdown to pages: nothing in it can become markup of another kind, and links hold on both sides. */
import { assertEquals } from "@std/assert";
import { highlight } from "../../../routes/docs/highlight.ts";
import { linkTo, renderMarkdown } from "../../../routes/docs/markdown.ts";

Deno.test("[O5] HTML in a page is shown, not obeyed, and no style stands in a tag", () => {
  const { html } = renderMarkdown(
    "# A <b>b</b>\n\n<script>alert(1)</script>\n\n" +
      "[x](javascript:alert) ![p](screens/p.png)\n\n```ts\nconst a = '<i>';\n```\n",
  );
  assertEquals(
    /<(?:script|b|i|img)\b|javascript:|style=/.test(html),
    false,
    html,
  );
  assertEquals(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;"), true);
});

Deno.test("[O5] headings get the ids that GitHub gives them, each its own", () => {
  const { headings } = renderMarkdown(
    "# The `log`\n\n## What you lose if …\n\n## Words\n\n## Words\n",
  );
  assertEquals(headings.map(({ id }) => id), [
    "the-log",
    "what-you-lose-if-",
    "words",
    "words-1",
  ]);
});

Deno.test("[O5] a link to another file leads to its page; what is only in the repository is none", () => {
  assertEquals(linkTo("protocol.md#polls"), "/docs/protocol#polls");
  assertEquals(linkTo("../audit.md", "operations/"), "/docs/audit");
  assertEquals(linkTo("deploy.md", "operations/"), "/docs/operations/deploy");
  assertEquals(linkTo("/docs/api"), "/docs/api");
  assertEquals(linkTo("#words"), "#words");
  assertEquals(linkTo("../server.ts"), undefined);
  assertEquals(linkTo("//elsewhere.example/x.md"), undefined);
  assertEquals(linkTo("javascript:alert(1)"), undefined);
});

Deno.test("[O5] code keeps its text to the letter, whatever its language", () => {
  const code = 'const a = `x` // 1 < 2 & "b"\n# sh $A \'q\n<p class="c">';
  for (const language of ["ts", "sh", "html", "json", "", "cobol"]) {
    const text = highlight(code, language).replaceAll(/<\/?span[^>]*>/g, "")
      .replaceAll("&lt;", "<").replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    assertEquals(text, code);
  }
  assertEquals(
    highlight("return 1; // no", "ts"),
    '<span class="docs-word">return</span> <span class="docs-number">1</span>; <span class="docs-comment">// no</span>',
  );
});
