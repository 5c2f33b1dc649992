/** One chart on the page: its drawing, what is told of it in words, and what can be done with it by mouse and keyboard. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import type { ChartModel, ChartPoint } from '../src/core/result/panelModel';
import { chartConfig } from './chartConfig';
import { createNumbers } from './chartNumbers';
import { createTools } from './chartTools';
import type { ChoiceControl } from './choices';
import { element, showIf, whenChanged } from './dom';
import { legend } from './legend';
import { hitAt, markOf, type Drawn } from './marks';
import { overlay } from './overlay';
import type { Paint } from './paint';
import { pngOf } from './png';
import { sampleOf, selectionOfVariant, spoken, stepOf, stepped, type Selection } from './selection';
import { thinned } from './thin';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
);

/** What a page can do with a chart; what is absent is not offered. */
export interface ChartActions {
  readonly openRaw?: (sampleId: string) => void;
  readonly revealManifest?: () => void;
  readonly copyMarkdown?: (chartId: string) => void;
  /** Takes a picture of the chart; says in a word or two what became of it. */
  readonly takePicture?: (chartId: string, picture: Blob) => Promise<string>;
}

/** What all charts of a page share. */
export interface ChartPage {
  readonly actions: ChartActions;
  /** Reads a text to whom cannot see. */
  readonly say: (text: string) => void;
  /** What a picture is signed with. */
  readonly source: () => string;
  /** Chooses among the charts that share this one's place. */
  readonly choice?: ChoiceControl | undefined;
}

/** What of a paint is the same for all charts of a page. */
export type SharedPaint = Omit<Paint, 'showsSamples' | 'hintOf'>;

export interface Figure {
  readonly node: HTMLElement;
  readonly kind: ChartModel['kind'];
  readonly show: (model: ChartModel, paint: SharedPaint) => void;
  /** Rings the variant's mark and brings it into sight; false where the chart has none. */
  readonly pointTo: (variant: string) => boolean;
  readonly resize: () => void;
  readonly remove: () => void;
}

const keysHint = 'Arrow keys go over the marks, with Shift over their samples; Enter opens the raw output.';
const barHeight = 26;

function heightOf({ kind, isLying, categories, series }: ChartModel): number {
  const rows = categories.length * series.length;
  if (kind === 'effects') return Math.max(240, 70 + rows * 38);
  return isLying === true ? Math.max(240, 60 + rows * barHeight) : 240;
}

export function createFigure(first: ChartModel, firstPaint: SharedPaint, page: ChartPage): Figure {
  const { actions } = page;
  const canvas = element('canvas', '');
  canvas.setAttribute('role', 'img');
  const title = element('figcaption', '');
  const labels = element('div', '');
  const keys = element('div', 'keys', ...(page.choice ? [page.choice.node] : []), labels);
  const pending = element('p', 'pending');
  const frame = element('div', 'frame', canvas, pending);
  frame.tabIndex = 0;
  frame.setAttribute('role', 'application');
  const notes = element('ul', 'chart-notes');
  const numbers = createNumbers();
  let showsSamples = first.kind === 'bars' && first.isLying !== true;

  const hintOf = (point: ChartPoint): string => {
    if (leadsToManifest(point)) return 'Click for the manifest’s line';
    return actions.openRaw !== undefined && point.samples.length > 0 ? 'Click for the raw output' : '';
  };
  const leadsToManifest = ({ isPolicy, samples }: ChartPoint): boolean =>
    isPolicy === true && actions.revealManifest !== undefined && samples.length !== 1;
  const paintOf = (paint: SharedPaint): Paint => ({ ...paint, showsSamples, hintOf });

  const drawn: Drawn = { model: thinned(first), paint: paintOf(firstPaint), selection: null };
  const tools = createTools({
    samples: () => {
      showsSamples = !showsSamples;
      redraw(drawn.model, drawn.paint);
      return showsSamples;
    },
    numbers: numbers.node,
    ...(actions.copyMarkdown
      ? {
          copyMarkdown: () => {
            actions.copyMarkdown?.(drawn.model.id);
          },
        }
      : {}),
    ...(actions.takePicture ? { takePicture } : {}),
    onToggleNumbers: (isOpen) => {
      node.classList.toggle('chart-open', isOpen);
      numbers.setOpen(isOpen);
    },
    say: page.say,
  });
  const drawing = element('div', 'drawing', title, keys, frame, tools.node, notes);
  const node = element('figure', `chart chart-${first.kind}`, drawing, numbers.node);

  const showNotes = whenChanged((lines: readonly string[]) => {
    showIf(notes, lines.length > 0);
    notes.replaceChildren(...lines.map((line) => element('li', '', line)));
  });

  function describe(model: ChartModel): void {
    const unit = model.unit === '' ? '' : `, in ${model.unit}`;
    title.textContent = model.title;
    frame.setAttribute('aria-label', `${model.title}. ${keysHint}`);
    canvas.setAttribute('aria-label', `${model.title}${unit}. ${model.summary}`);
    const list = legend(model, drawn.paint);
    labels.replaceChildren(...(list === undefined ? [] : [list]));
    pending.textContent = model.pending ?? '';
    showIf(pending, model.pending !== undefined);
    frame.classList.toggle('is-pending', model.pending !== undefined);
    frame.setAttribute('aria-busy', String(model.pending !== undefined));
    node.classList.toggle('chart-wide', isWide(model));
    frame.style.height = `${heightOf(model)}px`;
    showNotes(model.notes ?? []);
    page.choice?.show(model);
    tools.show(model, showsSamples);
    numbers.show(model);
  }

  describe(first);
  const chart = new Chart(canvas, { ...chartConfig(drawn.model, drawn.paint), plugins: [overlay(drawn)] });

  function redraw(model: ChartModel, paint: SharedPaint): void {
    drawn.model = model;
    drawn.paint = paintOf(paint);
    const { data, options } = chartConfig(model, drawn.paint);
    chart.data = data;
    if (options !== undefined) chart.options = options;
    chart.update('none');
  }

  /** Rings a mark, with its tip beside it where somebody goes over the marks. */
  function select(selection: Selection | null, withTip: boolean): void {
    drawn.selection = selection;
    const mark = selection && markOf(chart, drawn, selection.series, selection.index);
    const active =
      withTip && selection && mark && mark.point.value !== null
        ? [{ datasetIndex: selection.series, index: selection.index }]
        : [];
    chart.setActiveElements(active);
    chart.tooltip?.setActiveElements(active, { x: mark?.x ?? 0, y: mark?.y ?? 0 });
    chart.draw();
  }

  function openRawOf(selection: Selection): boolean {
    const sample = sampleOf(drawn.model, selection);
    if (sample === undefined || actions.openRaw === undefined) return false;
    actions.openRaw(sample.id);
    return true;
  }

  frame.addEventListener('keydown', (event) => {
    const step = stepOf(event.key, event.shiftKey);
    const { selection } = drawn;
    const point = selection && drawn.model.series[selection.series]?.points[selection.index];
    if (step !== null) {
      const next = stepped(drawn.model, selection, step);
      select(next, true);
      if (next) page.say(spoken(drawn.model, next));
    } else if (event.key === 'Escape' && selection) select(null, false);
    else if (event.key === 'Enter' && selection && point) {
      if (!openRawOf(selection) && point.isPolicy === true) actions.revealManifest?.();
    } else return;
    event.preventDefault();
  });
  const hitOf = (event: MouseEvent) => hitAt(chart, drawn, event.offsetX, event.offsetY);
  canvas.addEventListener('click', (event) => {
    const hit = hitOf(event);
    if (!hit) return;
    if (hit.selection.sample === null && leadsToManifest(hit.point)) actions.revealManifest?.();
    else openRawOf(hit.selection);
  });
  canvas.addEventListener('mousemove', (event) => {
    const hit = hitOf(event);
    canvas.style.cursor = hit && hintOf(hit.point) !== '' ? 'pointer' : '';
  });

  async function takePicture(): Promise<string> {
    const sharp = Math.max(2, devicePixelRatio);
    chart.options.devicePixelRatio = sharp;
    chart.resize();
    try {
      const picture = await pngOf(drawn, canvas, sharp, page.source());
      return (await actions.takePicture?.(drawn.model.id, picture)) ?? '';
    } finally {
      chart.options.devicePixelRatio = drawn.paint.pixelRatio;
      chart.resize();
    }
  }

  return {
    node,
    kind: first.kind,
    show: (model, paint) => {
      drawn.paint = paintOf(paint);
      describe(model);
      redraw(thinned(model), paint);
    },
    pointTo: (variant) => {
      const selection = selectionOfVariant(drawn.model, variant);
      if (selection === null) return false;
      node.scrollIntoView({ block: 'nearest' });
      select(selection, false);
      page.say(spoken(drawn.model, selection));
      return true;
    },
    resize: () => {
      chart.resize();
    },
    remove: () => {
      chart.destroy();
      node.remove();
    },
  };
}

/** Many bars, and bars with long names, take the room of two charts. */
function isWide({ kind, categories, isLying }: ChartModel): boolean {
  return (
    isLying === true ||
    (kind === 'bars' && categories.length > 4) ||
    (kind === 'dots' && categories.length > 8)
  );
}
