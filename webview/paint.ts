/** Colours, shapes and dashes: what a mark looks like, whatever it stands for. */
import type { ChartModel, ChartPoint, ChartSeries } from '../src/core/result/panelModel';

/** What a chart is painted with: everything a canvas cannot take from style sheets by itself. */
export interface Look {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  /** The palette, in the order in which series take from it. */
  readonly palette: readonly string[];
  /** Outlines only, two pixels wide: nothing is told by a filled colour. */
  readonly highContrast: boolean;
  /** Rings what is selected. */
  readonly focus: string;
  readonly fontFamily: string;
  /** In CSS pixels. */
  readonly fontSize: number;
}

/** What a mark looks like besides its place. */
export interface Paint {
  readonly look: Look;
  /** The place in the palette of a series or category, by its label; the same label is the same colour in every chart. */
  readonly colourOf: (label: string) => number;
  /** The run goes on: marks are hollow. */
  readonly running: boolean;
  /** The single samples are drawn beside their marks. */
  readonly showsSamples: boolean;
  /** What can be done with a mark, for its tip; empty where nothing can. */
  readonly hintOf: (point: ChartPoint) => string;
  /** Dots of the canvas to a CSS pixel. */
  readonly pixelRatio: number;
}

export const pointShapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const;
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [3, 5]];

const at = <T>(list: readonly T[], index: number, otherwise: T): T => list[index % list.length] ?? otherwise;
export const colourAt = (paint: Paint, place: number): string =>
  at(paint.look.palette, place, paint.look.foreground);
/** Where the palette begins anew, dashes and shapes go one on: the same colour has another of them then. */
const shifted = (place: number): number => place + Math.floor(place / pointShapes.length);
export const dashOf = (place: number): number[] => [...at(dashes, shifted(place), [])];
export const shapeOf = (place: number): (typeof pointShapes)[number] =>
  at(pointShapes, shifted(place), 'circle');

/** Whether the series of a chart carry the colours; else its categories do, as one series alone needs none. */
function isColouredBySeries(model: ChartModel): boolean {
  const isOne = model.kind === 'bars' || model.kind === 'effects';
  return model.series.length > 1 || !isOne || model.isLying === true;
}

/** The label that a mark takes its colour by. */
export function colourLabel(model: ChartModel, series: ChartSeries, category: number): string {
  return isColouredBySeries(model) ? series.label : (model.categories[category] ?? series.label);
}

/** The same label has the same colour and shape in every chart of a run. */
export function labelPlaces(charts: readonly ChartModel[]): ReadonlyMap<string, number> {
  const several = charts.flatMap((chart) =>
    isColouredBySeries(chart) ? chart.series.map((series) => series.label) : [],
  );
  const single = charts.flatMap((chart) => (isColouredBySeries(chart) ? [] : chart.categories));
  // Single-series charts come first where they name more: a baseline stands in bars and is left out of effects.
  return new Map([...new Set([...single, ...several])].map((label, index) => [label, index]));
}
