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
import type { ChartModel } from '../src/core/result/panelModel';
import { chartConfig, labelPlaces, type Paint } from './chartConfig';
import { element } from './dom';
import { legend } from './legend';
import { currentLook } from './look';
import { overlay, type Drawn } from './overlay';

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

/** A chart on the page. */
interface Figure {
  readonly node: HTMLElement;
  readonly kind: ChartModel['kind'];
  readonly show: (model: ChartModel, paint: Paint) => void;
  readonly resize: () => void;
  readonly remove: () => void;
}

function createFigure(first: ChartModel, firstPaint: Paint): Figure {
  const canvas = element('canvas', '');
  canvas.setAttribute('role', 'img');
  const title = element('figcaption', '');
  const keys = element('div', 'keys');
  const frame = element('div', 'frame', canvas);
  const node = element('figure', `chart chart-${first.kind}`, title, keys, frame);
  const drawn: Drawn = { model: first, paint: firstPaint };
  const describe = (): void => {
    title.textContent = drawn.model.title;
    canvas.setAttribute('aria-label', `${drawn.model.title}. ${drawn.model.summary}`);
    const list = legend(drawn.model, drawn.paint);
    keys.replaceChildren(...(list === undefined ? [] : [list]));
    node.classList.toggle('chart-wide', drawn.model.kind === 'bars' && drawn.model.categories.length > 4);
    const rows = drawn.model.categories.length * drawn.model.series.length;
    frame.style.height = drawn.model.kind === 'effects' ? `${Math.max(240, 70 + rows * 34)}px` : '240px';
  };
  describe();
  const chart = new Chart(canvas, { ...chartConfig(first, firstPaint), plugins: [overlay(drawn)] });
  return {
    node,
    kind: first.kind,
    show: (model, paint) => {
      Object.assign(drawn, { model, paint } satisfies Drawn);
      describe();
      const { data, options } = chartConfig(model, paint);
      chart.data = data;
      if (options !== undefined) chart.options = options;
      chart.update('none');
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

/** The charts of a run, at most three abreast. They are kept and updated, so that nothing flickers while a run goes on. */
export function createCharts() {
  const node = element('section', 'charts');
  node.setAttribute('aria-label', 'Charts');
  const figures = new Map<string, Figure>();
  let models: readonly ChartModel[] = [];
  let running = false;
  let pixelRatio = devicePixelRatio;

  function draw(): void {
    const look = currentLook();
    const places = labelPlaces(models);
    const paint: Paint = {
      look,
      colourOf: (label) => places.get(label) ?? 0,
      running,
      pixelRatio,
    };
    for (const [id, figure] of figures) {
      if (models.some((model) => model.id === id && model.kind === figure.kind)) continue;
      figure.remove();
      figures.delete(id);
    }
    models.forEach((model, index) => {
      const known = figures.get(model.id);
      known?.show(model, paint);
      const figure = known ?? createFigure(model, paint);
      figures.set(model.id, figure);
      if (node.children[index] !== figure.node) node.insertBefore(figure.node, node.children[index] ?? null);
    });
  }

  return {
    node,
    show: (next: readonly ChartModel[], isRunning: boolean): void => {
      models = next;
      running = isRunning;
      node.hidden = next.length === 0;
      draw();
    },
    /** Paints again with the colours of now. */
    restyle: draw,
    /** Fits the charts to their frames, in the colours of now; a ratio above the screen's makes them sharp on paper. */
    redraw: (ratio: number): void => {
      pixelRatio = ratio;
      draw();
      for (const figure of figures.values()) figure.resize();
    },
  };
}
