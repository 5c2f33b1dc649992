import type { ChartModel } from '../src/core/result/panelModel';
import { element } from './dom';
import { chartKey, createChoices } from './choices';
import { createFigure, type ChartPage, type Figure, type SharedPaint } from './figure';
import { currentLook } from './look';
import { labelPlaces } from './paint';

/** The charts of a run, at most three abreast. They are kept and updated, so that nothing flickers while a run goes on. */
export function createCharts(page: Omit<ChartPage, 'say'>) {
  const said = element('p', 'only-read');
  said.setAttribute('aria-live', 'polite');
  const grid = element('div', 'charts');
  const node = element('section', '', grid, said);
  node.setAttribute('aria-label', 'Charts');
  const say = (text: string): void => {
    said.textContent = text;
  };
  const figures = new Map<string, Figure>();
  let models: readonly ChartModel[] = [];
  let running = false;
  let pixelRatio = devicePixelRatio;
  /** On paper nothing can be chosen: all is shown. */
  let isPaper = false;
  const choices = createChoices(draw);

  function draw(): void {
    const look = currentLook();
    const places = labelPlaces(models);
    const paint: SharedPaint = { look, colourOf: (label) => places.get(label) ?? 0, running, pixelRatio };
    const shown = isPaper ? models : choices.shown(models);
    const keyOf = (model: ChartModel): string => chartKey(model, shown);
    for (const [key, figure] of figures) {
      if (shown.some((model) => keyOf(model) === key && model.kind === figure.kind)) continue;
      figure.remove();
      figures.delete(key);
    }
    shown.forEach((model, index) => {
      const known = figures.get(keyOf(model));
      known?.show(model, paint);
      const figure =
        known ?? createFigure(model, paint, { ...page, say, choice: choices.controlOf(model, () => models) });
      figures.set(keyOf(model), figure);
      if (grid.children[index] !== figure.node) grid.insertBefore(figure.node, grid.children[index] ?? null);
    });
  }

  /** What was read meanwhile stays until it is read anew: a run that grows must not empty a chart again and again. */
  const keptFor = (model: ChartModel): ChartModel => {
    if (model.pending === undefined) return model;
    return models.find((before) => before.id === model.id && before.kind === model.kind) ?? model;
  };

  return {
    node,
    show: (next: readonly ChartModel[], isRunning: boolean): void => {
      models = next.map(keptFor);
      running = isRunning;
      node.hidden = next.length === 0;
      draw();
    },
    /** Draws a chart whose data came later, in the place that was kept for it; without data the place is given up. */
    showOne: (id: string, chart: ChartModel | null): void => {
      models = models.flatMap((model) => (model.id === id ? (chart ?? []) : model));
      draw();
    },
    /** Rings the variant's mark in the first chart that has one. */
    pointTo: (variant: string): void => {
      for (const figure of figures.values()) if (figure.pointTo(variant)) return;
    },
    /** Paints again with the colours of now. */
    restyle: draw,
    /** Fits the charts to their frames, in the colours of now; a ratio above the screen's makes them sharp on paper. */
    redraw: (ratio: number, paper: boolean): void => {
      pixelRatio = ratio;
      isPaper = paper;
      draw();
      for (const figure of figures.values()) figure.resize();
    },
  };
}
