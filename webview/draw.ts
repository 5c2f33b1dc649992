/** Draws a run. The panel and the report share all of it; they differ in the actions they offer. */
import type { ChartModel, PanelModel, TitledTable } from '../src/core/result/panelModel';
import { createCharts } from './charts';
import { createTableTools } from './chartTools';
import { element, showIf, whenChanged } from './dom';
import type { ChartActions } from './figure';
import { afterPaint } from './paintTime';
import { createKept } from './kept';
import { createProgress } from './progress';
import { createSamples } from './samples';
import { createTable } from './table';

export interface DrawingOptions {
  /** Controls beside the title; absent where a page cannot act. */
  readonly toolbar?: HTMLElement;
  /** What can be done with charts and samples; absent is what a page cannot reach. */
  readonly actions?: ChartActions;
  /** Copies the table of all numbers as Markdown. */
  readonly copyTable?: () => void;
}

export interface Drawing {
  readonly show: (model: PanelModel) => void;
  /** Draws a chart whose data came after the model; null where there is none to draw. */
  readonly showChart: (id: string, chart: ChartModel | null) => void;
  /** Rings a variant's mark. */
  readonly pointTo: (variant: string) => void;
  /** There is nothing to draw: says why. */
  readonly empty: (text: string) => void;
  readonly restyle: () => void;
  /** Fits and paints the charts again with this many dots to a CSS pixel; on paper all of those that are chosen from. */
  readonly redraw: (pixelRatio: number, isPaper: boolean) => void;
}

const stateWords: Readonly<Record<PanelModel['state'], string>> = {
  running: 'Running',
  complete: '',
  partial: 'Partial',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

function createHeader(toolbar: HTMLElement | undefined) {
  const title = element('h1', '');
  const state = element('span', 'state');
  const subtitle = element('p', 'subtitle');
  const words = element('div', 'heading', element('div', 'title', title, state), subtitle);
  const node = element('header', '', words, ...(toolbar === undefined ? [] : [toolbar]));
  return {
    node,
    show: (model: PanelModel): void => {
      title.textContent = model.title;
      subtitle.textContent = model.subtitle;
      state.textContent = stateWords[model.state];
      state.dataset['state'] = model.state;
      showIf(state, stateWords[model.state] !== '');
    },
  };
}

function createLines(tag: 'section' | 'div', className: string, heading?: string) {
  const list = element('ul', '');
  const node = element(tag, className, ...(heading === undefined ? [] : [element('h2', '', heading)]), list);
  const show = whenChanged((lines: readonly string[]) => {
    showIf(node, lines.length > 0);
    list.replaceChildren(...lines.map((line) => element('li', '', line)));
  });
  return { node, show };
}

function createAnswer() {
  const node = element('section', 'answer');
  node.setAttribute('aria-label', 'Answer');
  const show = whenChanged((sentences: readonly string[]) => {
    showIf(node, sentences.length > 0);
    node.replaceChildren(...sentences.map((sentence) => element('p', '', sentence)));
  });
  return { node, show };
}

/** Each advice in a sentence or two; what it stands on opens below it. */
function createAdvice() {
  const list = element('div', '');
  const node = element('section', 'advice', element('h2', '', 'Advice'), list);
  const show = whenChanged((advice: NonNullable<PanelModel['advice']>) => {
    showIf(node, advice.length > 0);
    list.replaceChildren(
      ...advice.flatMap(({ title, text, details }) => {
        const said = element('p', '', element('strong', '', `${title}.`), ` ${text}`);
        if (details.length === 0) return [said];
        const lines = element('ul', '', ...details.map((line) => element('li', '', line)));
        return [said, element('details', '', element('summary', '', `What this stands on: ${title}`), lines)];
      }),
    );
  });
  return { node, show };
}

function createTables(className: string) {
  const node = element('div', className);
  const show = whenChanged((tables: readonly TitledTable[]) => {
    showIf(node, tables.length > 0);
    node.replaceChildren(
      ...tables.map(({ title, table }) => {
        const drawn = createTable(title);
        drawn.show(table);
        return element('section', '', element('h2', '', title), drawn.node);
      }),
    );
  });
  return { node, show };
}

function createFingerprint() {
  const facts = element('dl', '');
  const node = element('details', 'fingerprint', element('summary', '', 'Fingerprint'), facts);
  const show = whenChanged((fingerprint: PanelModel['fingerprint']) => {
    showIf(node, fingerprint.length > 0);
    facts.replaceChildren(
      ...fingerprint.map((fact) =>
        element('div', '', element('dt', '', fact.name), element('dd', '', fact.value)),
      ),
    );
  });
  return { node, show };
}

/** Builds the drawing in `root`, which it takes over whole. */
export function createDrawing(root: HTMLElement, options: DrawingOptions): Drawing {
  const header = createHeader(options.toolbar);
  const progress = createProgress();
  const kept = createKept();
  const answer = createAnswer();
  const advice = createAdvice();
  let source = '';
  const actions = options.actions ?? {};
  const charts = createCharts({ actions, source: () => source });
  const table = createTable('The numbers of the charts');
  const tableTools = createTableTools(options.copyTable);
  const facts = createTables('facts');
  const notCompared = createLines('section', 'not-compared');
  notCompared.node.setAttribute('aria-label', 'Not compared');
  const partTables = createTables('parts');
  const notes = createLines('section', 'notes', 'How sure');
  const samples = createSamples(actions.openRaw);
  const fingerprint = createFingerprint();
  const emptyText = element('p', 'empty');
  const answerParts = [header, kept, progress, facts, answer, advice].map(({ node }) => node);
  const otherParts = [charts, notCompared, table, tableTools, partTables, notes, samples, fingerprint].map(
    ({ node }) => node,
  );
  root.classList.add('bench');
  root.removeAttribute('aria-live');

  const showAnswer = (model: PanelModel): void => {
    header.show(model);
    kept.show(model);
    progress.show(model);
    facts.show(model.facts ?? []);
    answer.show(model.sentences);
    advice.show(model.advice ?? []);
  };
  const showRest = (model: PanelModel): void => {
    charts.show(model.charts, model.state === 'running');
    notCompared.show(model.notCompared ?? []);
    table.show(model.table);
    showIf(table.node, model.table.rows.length > 0);
    showIf(tableTools.node, options.copyTable !== undefined && model.table.rows.length > 0);
    partTables.show(model.parts ?? []);
    notes.show(model.notes);
    samples.show(model.samples);
    fingerprint.show(model.fingerprint);
  };
  /** The model whose charts and tables wait for the first paint of its answer. */
  let waiting: PanelModel | undefined;
  const showWaiting = (): void => {
    if (waiting === undefined) return;
    const model = waiting;
    waiting = undefined;
    root.append(...otherParts);
    showRest(model);
    root.removeAttribute('aria-busy');
  };

  return {
    show: (model) => {
      source = `${model.title} · ${model.subtitle} · ${model.runId}`;
      showAnswer(model);
      if (waiting !== undefined) waiting = model;
      else if (header.node.parentElement === root) showRest(model);
      else {
        // The answer is read while the charts are made, which takes longer than all the rest.
        root.setAttribute('aria-busy', 'true');
        root.replaceChildren(...answerParts);
        waiting = model;
        afterPaint(showWaiting);
      }
    },
    empty: (text) => {
      waiting = undefined;
      root.removeAttribute('aria-busy');
      emptyText.textContent = text;
      root.replaceChildren(emptyText);
    },
    showChart: (id, chart) => {
      showWaiting();
      charts.showOne(id, chart);
    },
    pointTo: (variant) => {
      showWaiting();
      charts.pointTo(variant);
    },
    restyle: charts.restyle,
    redraw: (pixelRatio, isPaper) => {
      showWaiting();
      charts.redraw(pixelRatio, isPaper);
    },
  };
}
