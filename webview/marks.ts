/** The marks of a chart where chart.js has placed them, in canvas pixels: what is drawn over them, and what is hit by a click. */
import type { Chart, Element } from 'chart.js';
import type { ChartModel, ChartPoint, ChartSample } from '../src/core/result/panelModel';
import { isFlat, placeOf } from './geometry';
import type { Box } from './hatching';
import { colourAt, colourLabel, type Paint } from './paint';
import type { Selection } from './selection';
import { drawnSamples } from './thin';

/** What is drawn at the moment; replaced as a whole whenever the run has grown or the theme has changed. */
export interface Drawn {
  model: ChartModel;
  paint: Paint;
  selection: Selection | null;
}

export interface Mark {
  readonly series: number;
  readonly index: number;
  readonly point: ChartPoint;
  readonly colour: string;
  /** The place in the palette. */
  readonly place: number;
  /** The bar itself; absent where the mark is a point. */
  readonly box: Box | undefined;
  readonly x: number;
  readonly y: number;
  /** Middle of the mark across its value axis. */
  readonly across: number;
  /** Room for samples to either side. */
  readonly room: number;
  /** A value's place along the value axis. */
  readonly along: (value: number) => number;
}

function numberOf(mark: Element, name: string): number | undefined {
  const value: unknown = Reflect.get(mark, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function boxOf(mark: Element, flat: boolean): Box | undefined {
  const thickness = numberOf(mark, flat ? 'height' : 'width');
  const base = numberOf(mark, 'base');
  if (thickness === undefined || base === undefined) return undefined;
  return flat
    ? {
        left: Math.min(mark.x, base),
        top: mark.y - thickness / 2,
        width: Math.abs(base - mark.x),
        height: thickness,
      }
    : {
        left: mark.x - thickness / 2,
        top: Math.min(mark.y, base),
        width: thickness,
        height: Math.abs(base - mark.y),
      };
}

/** chart.js places no point that has no value; what stands in its stead needs a place all the same. */
function acrossOf(chart: Chart, model: ChartModel, series: number, index: number, placed: number): number {
  const point = model.series[series]?.points[index];
  if (model.kind === 'bars' || point === undefined || point.value !== null) return placed;
  const scale = isFlat(model) ? chart.scales['y'] : chart.scales['x'];
  return scale?.getPixelForValue(placeOf(model, point, series, index)) ?? placed;
}

/** The mark of a point; undefined before chart.js has made it. */
export function markOf(
  chart: Chart,
  { model, paint }: Drawn,
  series: number,
  index: number,
): Mark | undefined {
  const flat = isFlat(model);
  const scale = flat ? chart.scales['x'] : chart.scales['y'];
  const own = model.series[series];
  const point = own?.points[index];
  const element = chart.getDatasetMeta(series).data[index];
  if (scale === undefined || own === undefined || point === undefined || element === undefined)
    return undefined;
  const place = paint.colourOf(colourLabel(model, own, index));
  const box = model.kind === 'bars' ? boxOf(element, flat) : undefined;
  const thickness = box === undefined ? 22 : flat ? box.height : box.width;
  return {
    series,
    index,
    point,
    colour: colourAt(paint, place),
    place,
    box,
    x: element.x,
    y: element.y,
    across: acrossOf(chart, model, series, index, flat ? element.y : element.x),
    room: thickness * 0.34,
    along: (value) => scale.getPixelForValue(value),
  };
}

export function marksOf(chart: Chart, drawn: Drawn): readonly Mark[] {
  return drawn.model.series.flatMap(({ points }, series) =>
    points.flatMap((_, index) => markOf(chart, drawn, series, index) ?? []),
  );
}

/** A sample's dot. */
export interface SampleDot {
  readonly sample: ChartSample;
  /** Its number among the samples of its mark, as they are drawn. */
  readonly number: number;
  readonly x: number;
  readonly y: number;
}

/** Samples stand side by side in the order they were taken, so that a drift through the run shows. */
export function sampleDots(mark: Mark, model: ChartModel): readonly SampleDot[] {
  const samples = drawnSamples(mark.point.samples);
  const flat = isFlat(model);
  return samples.map((sample, number) => {
    const share = samples.length === 1 ? 0.6 : (number / (samples.length - 1)) * 2 - 1;
    const across = mark.across + share * mark.room;
    const along = mark.along(sample.value);
    return { sample, number, ...(flat ? { x: along, y: across } : { x: across, y: along }) };
  });
}

/** A sample's dot is hit within this many pixels, a mark within more. */
const dotReach = 7;
const markReach = 14;

interface Hit {
  readonly selection: Selection;
  readonly point: ChartPoint;
}

function isWithin({ left, top, width, height }: Box, x: number, y: number): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

/** The element of chart.js nearest to a place, within reach; a pointer that moves asks often, so nothing is made for each mark. */
function nearestMark(chart: Chart, { model }: Drawn, x: number, y: number): Selection | null {
  let best: Selection | null = null;
  let least = markReach;
  for (const [series, { points }] of model.series.entries()) {
    const { data } = chart.getDatasetMeta(series);
    for (const [index, element] of data.entries()) {
      if ((points[index]?.value ?? null) === null) continue;
      const distance = Math.hypot(element.x - x, element.y - y);
      if (distance <= least) {
        least = distance;
        best = { series, index, sample: null };
      }
    }
  }
  return best;
}

/** The bar under a place. */
function barAt(marks: readonly Mark[], x: number, y: number): Selection | null {
  const mark = marks.find(
    ({ box, point }) => box !== undefined && point.value !== null && isWithin(box, x, y),
  );
  return mark ? { series: mark.series, index: mark.index, sample: null } : null;
}

/** The sample's dot at a place. */
function dotAt(marks: readonly Mark[], model: ChartModel, x: number, y: number): Selection | null {
  let best: Selection | null = null;
  let least = dotReach;
  for (const mark of marks)
    for (const dot of sampleDots(mark, model)) {
      const distance = Math.hypot(dot.x - x, dot.y - y);
      if (distance <= least) {
        least = distance;
        best = { series: mark.series, index: mark.index, sample: dot.number };
      }
    }
  return best;
}

/** What lies under the pointer: a sample's dot where they are drawn, else the bar, else the nearest point. */
export function hitAt(chart: Chart, drawn: Drawn, x: number, y: number): Hit | null {
  const { model, paint } = drawn;
  const marks = paint.showsSamples || model.kind === 'bars' ? marksOf(chart, drawn) : [];
  const dot = paint.showsSamples ? dotAt(marks, model, x, y) : null;
  const selection = dot ?? barAt(marks, x, y) ?? nearestMark(chart, drawn, x, y);
  const point = selection && model.series[selection.series]?.points[selection.index];
  return selection && point ? { selection, point } : null;
}
