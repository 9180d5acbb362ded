/** A trace over its source: every part lit by what it came to; arrow keys and pointer read it out. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { TraceNode } from "../domain/rules/cel_trace.ts";
import { Icon } from "./icon.tsx";
import {
  flat,
  type Part,
  partOf,
  rowsOf,
  type Tone,
  type TraceRow,
} from "./rule_trace.ts";
import { nextIndex } from "./components/Tabs.tsx";

export interface RuleTraceProps {
  /** Where a page shows several. @default "trace" */
  readonly id?: string;
  /** The whole expression. */
  readonly source: string;
  readonly trace: TraceNode;
}

const TONE_WORDS = {
  yes: "true",
  no: "false",
  value: "a value",
  bad: "no value",
  mixed: "differs by element",
} as const satisfies Readonly<Record<Tone, string>>;

export function RuleTrace({ id = "trace", source, trace }: RuleTraceProps) {
  const root = partOf([trace]);
  const parts = flat(root);
  const at = useSignal(0);
  const read = parts[Math.min(at.value, parts.length - 1)];
  return (
    <div class="trace">
      <div
        class="lit"
        role="group"
        tabIndex={0}
        aria-label="Trace: arrow keys go from part to part"
        aria-describedby={`${id}-readout`}
        onKeyDown={(event) => {
          const next = nextIndex(event.key, at.peek(), parts.length);
          if (next === undefined) return;
          event.preventDefault();
          at.value = next;
        }}
      >
        {source.slice(0, root.from)}
        <Lit
          part={root}
          source={source}
          read={read}
          point={(part) => at.value = parts.indexOf(part)}
        />
        {source.slice(root.to)}
      </div>
      <p class="readout live-only" id={`${id}-readout`} role="status">
        <code>{short(source.slice(read.from, read.to))}</code>
        <Arrow tone={read.tone} />
        <b>{read.words}</b>
      </p>
      <p class="legend-line">
        <span class="part yes">true</span>
        <span class="part no">false</span>
        <span class="part bad">no value</span>
        <span class="unseen">not looked at</span>
      </p>
      <details class="details">
        <summary>Part by part</summary>
        <TraceTable rows={rowsOf(trace)} />
      </details>
    </div>
  );
}

function Lit(
  { part, source, read, point }: {
    readonly part: Part;
    readonly source: string;
    readonly read: Part;
    readonly point: (part: Part) => void;
  },
) {
  const inside: ComponentChildren[] = [];
  let from = part.from;
  for (const one of part.parts) {
    // What two elements reach differently overlaps: the first of them is shown.
    if (one.from < from) continue;
    inside.push(gap(source.slice(from, one.from)));
    inside.push(
      <Lit
        key={one.from}
        part={one}
        source={source}
        read={read}
        point={point}
      />,
    );
    from = one.to;
  }
  const rest = source.slice(from, part.to);
  inside.push(part.parts.length > 0 ? gap(rest, true) : rest);
  const isName = part.parts.length === 0 && part.tone === "value";
  return (
    <span
      class={`part ${part.tone}${part === read ? " read" : ""}`}
      title={part.words}
      onPointerOver={(event) => {
        event.stopPropagation();
        point(part);
      }}
    >
      {inside}
      {isName && <span class="is">{short(part.words)}</span>}
    </span>
  );
}

/** Text between evaluated parts: operators, or what was passed over and so has no part. */
function gap(text: string, isLast = false): ComponentChildren {
  const isPassedOver = isLast
    ? /^[\s)]*(&&|\|\||:)/.test(text)
    : /^[\s)]*\?[^]*:[\s(]*$/.test(text);
  return isPassedOver ? <span class="unseen">{text}</span> : text;
}

function Arrow({ tone }: { readonly tone: Tone }) {
  const name = tone === "yes" ? "check" : tone === "bad" ? "cross" : "ring";
  return <Icon name={name} />;
}

function TraceTable({ rows }: { readonly rows: readonly TraceRow[] }) {
  return (
    <table class="table trace-table">
      <caption class="visually-hidden">
        Every part that was evaluated, outer ones first
      </caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col" class="w-l">Value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            <td class={`depth-${Math.min(row.depth, 6)}`}>
              {row.item !== null && <span class="muted">{`${row.item}: `}
              </span>}
              <code>{short(row.text)}</code>
            </td>
            <td>
              <span class="visually-hidden">{`${TONE_WORDS[row.tone]}: `}</span>
              <code class={`tone ${row.tone}`}>{short(row.words)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
