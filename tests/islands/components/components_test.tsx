/** Components as HTML: names and states reach the reader, what people wrote stays text. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { render } from "preact-render-to-string";
import { Avatar } from "../../../islands/components/Avatar.tsx";
import { Badge } from "../../../islands/components/Badge.tsx";
import { Banner } from "../../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../../islands/components/Button.tsx";
import {
  CloseDialog,
  Dialog,
  OpenDialog,
} from "../../../islands/components/Dialog.tsx";
import { EmptyState } from "../../../islands/components/EmptyState.tsx";
import { described, Field } from "../../../islands/components/Field.tsx";
import { Meter } from "../../../islands/components/Meter.tsx";
import { STATUS } from "../../../islands/components/status.ts";
import { Table } from "../../../islands/components/Table.tsx";
import { nextIndex, Tabs } from "../../../islands/components/Tabs.tsx";
import { Sprite } from "../../../islands/icon.tsx";

const NASTY = `</b><img src=x onerror="alert(1)">&'`;

Deno.test("any two statuses differ by shape or word, without their colour", () => {
  const looks = Object.values(STATUS).map(({ icon, word }) =>
    `${icon} ${word}`
  );
  assertEquals(new Set(looks).size, looks.length);
  const words = Object.values(STATUS).map(({ word }) => word);
  assertEquals(new Set(words).size, words.length);
});

Deno.test("every status has its shape in the sprite", () => {
  const sprite = render(<Sprite />);
  for (const { icon } of Object.values(STATUS)) {
    assertStringIncludes(sprite, `id="icon-${icon}"`);
  }
});

Deno.test("a badge shows the word of the table, or a better one", () => {
  assertMatch(
    render(<Badge status="critical" />),
    /badge red.*Critical<\/span>/,
  );
  assertMatch(render(<Badge status="changed">New</Badge>), /New<\/span>/);
});

Deno.test("what people wrote stays text in every component", () => {
  const html = render(
    <>
      <Avatar name={NASTY} />
      <Badge status="open">{NASTY}</Badge>
      <Banner kind="bad">{NASTY}</Banner>
      <Button>{NASTY}</Button>
      <ButtonLink href={NASTY}>{NASTY}</ButtonLink>
      <Dialog id="d" title={NASTY}>{NASTY}</Dialog>
      <EmptyState title={NASTY} text={NASTY} />
      <Field id="f" label={NASTY} hint={NASTY} wrong={NASTY}>x</Field>
      <Meter label={NASTY} value={1} max={2} text={NASTY} />
      <Tabs label={NASTY} tabs={[{ href: NASTY, label: NASTY }]} current="" />
      <Table
        label={NASTY}
        rows={[NASTY]}
        columns={[{ key: "a", head: NASTY, cell: (row) => row }]}
        keyOf={(row) => row}
      />
    </>,
  );
  assert(!html.includes("<img"));
  assert(!html.includes('onerror="'));
});

Deno.test("a button does not submit unless it says so", () => {
  assertMatch(render(<Button>Go</Button>), /type="button"/);
  assertMatch(render(<Button type="submit">Go</Button>), /type="submit"/);
});

Deno.test("a control is tied to its label, hint and mistake", () => {
  const html = render(
    <Field id="who" label="User id" hint="Small letters" wrong="Missing">
      <input id="who" {...described("who", { hint: true, wrong: "Missing" })} />
    </Field>,
  );
  assertMatch(html, /<label for="who"/);
  assertMatch(
    html,
    /aria-invalid="true" aria-describedby="who-mistake who-hint"/,
  );
  assertMatch(html, /id="who-mistake" role="alert"/);
  assertMatch(html, /id="who-hint"/);
  assertEquals(described("who", {}), {});
});

Deno.test("a dialog has a name, and opens and closes without scripts in any browser", () => {
  const html = render(
    <>
      <OpenDialog dialog="closing">Close…</OpenDialog>
      <Dialog id="closing" title="Close?">
        <CloseDialog dialog="closing">Keep</CloseDialog>
      </Dialog>
    </>,
  );
  assertMatch(
    html,
    /commandfor="closing" command="show-modal" popovertarget="closing"/,
  );
  assertMatch(
    html,
    /<dialog id="closing"[^>]*popover="auto"[^>]*aria-labelledby="closing-title"/,
  );
  assertMatch(
    html,
    /command="close" popovertarget="closing" popovertargetaction="hide"/,
  );
});

Deno.test("only a refusal is read out by itself", () => {
  assertMatch(render(<Banner kind="bad">No</Banner>), /role="alert"/);
  assert(!render(<Banner kind="warn">Hm</Banner>).includes("role="));
  assert(
    !render(<Banner kind="bad" alert={false}>No</Banner>).includes("role="),
  );
});

Deno.test("a table names its columns and itself", () => {
  const html = render(
    <Table
      label="Sessions"
      rows={[{ id: "1", people: 3 }]}
      keyOf={({ id }) => id}
      columns={[{
        key: "people",
        head: "People",
        kind: "number",
        width: "m",
        wideOnly: true,
        cell: ({ people }) => people,
      }]}
    />,
  );
  assertStringIncludes(
    html,
    '<caption class="visually-hidden">Sessions</caption>',
  );
  assertMatch(
    html,
    /<th\s+scope="col" class="num wide-only w-m">People<\/th>/,
  );
  assertMatch(html, /<td\s+class="num wide-only">3<\/td>/);
});

Deno.test("the tab that is shown is marked; arrows go around, Home and End to the ends", () => {
  const tabs = [{ href: "/a", label: "A" }, { href: "/b", label: "B" }];
  const html = render(<Tabs label="Views" tabs={tabs} current="/b" />);
  assertMatch(html, /<a\s+href="\/b" aria-current="page">B/);
  assertEquals(html.match(/aria-current/g)?.length, 1);
  assertEquals(
    ["ArrowRight", "ArrowLeft", "Home", "End", "a"].map((key) =>
      nextIndex(key, 2, 3)
    ),
    [0, 1, 0, 2, undefined],
  );
});

Deno.test("a meter tells its figures, also beyond its ends and of an empty whole", () => {
  const full = render(
    <Meter
      label="Turnout"
      value={9}
      max={7}
      text="9 of 7"
      mark={{ at: 4, text: "Quorum is 4" }}
    />,
  );
  assertMatch(full, /aria-valuenow="7"/);
  assertMatch(full, /aria-valuetext="9 of 7, Quorum is 4"/);
  assertMatch(full, /class="value" width="100"/);
  assertMatch(
    render(<Meter label="T" value={0} max={0} text="none" />),
    /class="value" width="0"/,
  );
});
