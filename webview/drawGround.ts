/** What lies below the marks: the noise band, the bands around lines, and named places. */
import type { Chart } from 'chart.js';
import { isFlat, placeOf } from './geometry';
import type { Drawn } from './marks';
import { shortNumber } from './numbers';
import { colourAt } from './paint';

export function drawNoise(context: CanvasRenderingContext2D, chart: Chart, { model, paint }: Drawn): void {
  const scale = chart.scales['x'];
  if (model.kind !== 'effects' || scale === undefined) return;
  const { top, bottom } = chart.chartArea;
  const zero = scale.getPixelForValue(0);
  if (model.noisePercent !== undefined) {
    const from = scale.getPixelForValue(-model.noisePercent);
    const to = scale.getPixelForValue(model.noisePercent);
    context.save();
    context.globalAlpha = paint.look.highContrast ? 0 : 0.16;
    context.fillStyle = paint.look.foreground;
    context.fillRect(from, top, to - from, bottom - top);
    context.restore();
    context.strokeStyle = paint.look.muted;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.strokeRect(from, top, to - from, bottom - top);
    context.setLineDash([]);
    context.fillStyle = paint.look.muted;
    context.font = `${paint.look.fontSize}px ${paint.look.fontFamily}`;
    context.textBaseline = 'bottom';
    const text = `noise \u00b1\u2009${shortNumber(model.noisePercent)}\u2009%`;
    const half = context.measureText(text).width / 2;
    context.textAlign = 'center';
    context.fillText(text, Math.min(zero, chart.width - half), top - 3);
  }
  context.beginPath();
  context.strokeStyle = paint.look.foreground;
  context.lineWidth = 1.5;
  context.moveTo(zero, top);
  context.lineTo(zero, bottom);
  context.stroke();
}

/** The band between the ends of the intervals of a line. */
export function drawBands(context: CanvasRenderingContext2D, chart: Chart, { model, paint }: Drawn): void {
  const flat = isFlat(model);
  const [valueScale, placeScale] = flat
    ? [chart.scales['x'], chart.scales['y']]
    : [chart.scales['y'], chart.scales['x']];
  if ((model.kind !== 'lines' && model.kind !== 'distribution') || !valueScale || !placeScale) return;
  for (const [seriesIndex, series] of model.series.entries()) {
    const edges = series.points.flatMap((point, index) => {
      const { low, high } = point;
      if (low === null || high === null) return [];
      const at = placeScale.getPixelForValue(placeOf(model, point, seriesIndex, index));
      return [{ at, low: valueScale.getPixelForValue(low), high: valueScale.getPixelForValue(high) }];
    });
    if (edges.length < 2) continue;
    const colour = colourAt(paint, paint.colourOf(series.label));
    const corner = (at: number, value: number): void => {
      if (flat) context.lineTo(value, at);
      else context.lineTo(at, value);
    };
    context.save();
    context.beginPath();
    for (const edge of edges) corner(edge.at, edge.high);
    for (const edge of edges.toReversed()) corner(edge.at, edge.low);
    context.closePath();
    context.globalAlpha = 0.18;
    context.fillStyle = colour;
    if (!paint.look.highContrast) context.fill();
    context.globalAlpha = paint.look.highContrast ? 1 : 0.45;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
    context.restore();
  }
}

/** Named places, such as where two lines cross or what changed between two runs: a dashed line with what is known of the place as a band. */
export function drawPlaces(context: CanvasRenderingContext2D, chart: Chart, { model, paint }: Drawn): void {
  const scale = chart.scales['x'];
  if ((model.kind !== 'lines' && model.kind !== 'dots') || scale === undefined) return;
  const { top, bottom, left, right } = chart.chartArea;
  /** How far the names of a row reach: one that would lie on another goes a row down. */
  const reach = [Number.NEGATIVE_INFINITY];
  const within = (x: number): number => Math.min(right, Math.max(left, x));
  for (const { place, low, high, label } of model.marks ?? []) {
    const [x, from, to] = [place, low, high].map((value) => within(scale.getPixelForValue(value)));
    if (x === undefined || from === undefined || to === undefined) continue;
    context.save();
    context.globalAlpha = paint.look.highContrast ? 0 : 0.12;
    context.fillStyle = paint.look.foreground;
    context.fillRect(from, top, to - from, bottom - top);
    context.globalAlpha = 1;
    context.strokeStyle = paint.look.muted;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.strokeRect(from, top, to - from, bottom - top);
    context.strokeStyle = paint.look.foreground;
    context.setLineDash([5, 3]);
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.fillStyle = paint.look.foreground;
    context.font = `${paint.look.fontSize}px ${paint.look.fontFamily}`;
    context.textBaseline = 'bottom';
    context.textAlign = 'center';
    const half = context.measureText(label).width / 2;
    const middle = Math.min(chart.width - half, Math.max(half, x));
    const free = reach.findIndex((end) => end < middle - half);
    const row = free < 0 ? reach.length : free;
    reach[row] = middle + half + 6;
    context.fillText(label, middle, top - 4 + row * (paint.look.fontSize + 3));
    context.restore();
  }
}
