/**
 * Figures of the node, live: fifteen minutes of them are read once, every further second comes as
 * a signal on channel `ops`. Numbers are kept current at once; what draws them comes later.
 */
import { isRecord } from "../realtime/client/wire.ts";
import {
  figureText,
  highestOf,
  OPS_CHANNEL,
  OPS_FIGURES,
  OPS_UPDATE,
  type OpsSample,
} from "./ops_figures.ts";
import { sampleOf, samplesOf } from "./ops_samples.ts";
import type { PageContext } from "./page_context.ts";

const FIGURES_PATH = "/api/v1/operations/figures";
/** As the server keeps them. */
const KEPT = 900;
/** A hole longer than this is filled from the server, in ms. */
const HOLE_MS = 2_500;

export async function mount(
  root: HTMLElement,
  { client }: PageContext,
): Promise<void> {
  let samples: readonly OpsSample[] = [];
  let draw = (_samples: readonly OpsSample[]) => {};
  const show = () => {
    if (document.hidden) return;
    showNumbers(samples);
    draw(samples);
  };
  const readAll = async () => {
    const read = await fetch(FIGURES_PATH)
      .then((response) => response.ok ? response.json() : undefined)
      .then(samplesOf)
      .catch(() => []);
    if (read.length === 0) return;
    // What has come as a signal meanwhile is newer.
    const last = read[read.length - 1].at;
    samples = [...read, ...samples.filter(({ at }) => at > last)];
    show();
  };
  client.on("message", ({ type, payload }) => {
    if (type !== OPS_UPDATE || !isRecord(payload)) return;
    const sample = sampleOf(payload.sample);
    if (sample === undefined) return;
    const before = samples.at(-1)?.at ?? 0;
    if (sample.at <= before) return;
    samples = [...samples, sample].slice(-KEPT);
    show();
    if (sample.at - before > HOLE_MS && before > 0) void readAll();
  });
  client.subscribe(OPS_CHANNEL);
  document.addEventListener("visibilitychange", show);
  const [{ drawCharts }] = await Promise.all([
    import("./ops_plots.ts"),
    readAll(),
  ]);
  draw = drawCharts(root);
  show();
}

/** Every place of the page that says a figure. */
function showNumbers(samples: readonly OpsSample[]): void {
  const now = samples.at(-1);
  if (now === undefined) return;
  for (const { name, unit } of OPS_FIGURES) {
    const said = figureText(now[name], unit);
    for (const one of document.querySelectorAll(`[data-now="${name}"]`)) {
      say(one, said);
    }
    const high = figureText(highestOf(samples, name), unit);
    for (const one of document.querySelectorAll(`[data-highest="${name}"]`)) {
      say(one, high);
    }
  }
}

function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
