/** What chart.js has no mark for: 95 % whiskers, single samples, the noise band, bands around lines, and values in words. */
import type { Chart, Element, Plugin } from 'chart.js';
import type { ChartModel, ChartPoint } from '../src/core/result/panelModel';
import { colourLabel, type Paint } from './chartConfig';
import { hatch, type Box } from './hatching';
import { changeInPercent, shortNumber } from './numbers';

/** What is drawn at the moment; replaced as a whole whenever the run has grown or the theme has changed. */
export interface Drawn {
  model: ChartModel;
  paint: Paint;
}

interface Mark {
  readonly point: ChartPoint;
  readonly colour: string;
  /** The place in the palette. */
  readonly place: number;
  /** The bar itself; absent where the mark is a point. */
  readonly box: Box | undefined;
  /** Middle of the mark across its value axis, in canvas pixels. */
  readonly across: number;
  /** Room for samples to either side, in canvas pixels. */
  readonly room: number;
  /** A value's place along the value axis, in canvas pixels. */
  readonly along: (value: number) => number;
}

function boxOf(mark: Element): Box | undefined {
  const width: unknown = Reflect.get(mark, 'width');
  const base: unknown = Reflect.get(mark, 'base');
  if (typeof width !== 'number' || typeof base !== 'number') return undefined;
  return {
    left: mark.x - width / 2,
    top: Math.min(mark.y, base),
    width,
    height: Math.abs(base - mark.y),
  };
}

function marksOf(chart: Chart, { model, paint }: Drawn): readonly Mark[] {
  const scale = model.kind === 'effects' ? chart.scales['x'] : chart.scales['y'];
  if (scale === undefined) return [];
  const along = (value: number): number => scale.getPixelForValue(value);
  return model.series.flatMap((series, index) => {
    const { data } = chart.getDatasetMeta(index);
    return series.points.flatMap((point, category) => {
      const mark = data[category];
      if (mark === undefined) return [];
      const { x, y } = mark;
      const place = paint.colourOf(colourLabel(model, series, category));
      const colour = paint.look.palette[place % paint.look.palette.length] ?? paint.look.foreground;
      const box = boxOf(mark);
      const across = model.kind === 'effects' ? y : x;
      return [{ point, colour, place, box, across, room: (box?.width ?? 22) * 0.34, along }];
    });
  });
}

type Draw = (context: CanvasRenderingContext2D) => void;

/** A line that stands out on any fill: first wide in the background's colour, then as itself. */
function strokeWithHalo(
  context: CanvasRenderingContext2D,
  line: string,
  halo: string,
  width: number,
  path: Draw,
): void {
  for (const [style, lineWidth] of [
    [halo, width + 2.5],
    [line, width],
  ] as const) {
    context.beginPath();
    context.strokeStyle = style;
    context.lineWidth = lineWidth;
    path(context);
    context.stroke();
  }
}

function drawWhisker(context: CanvasRenderingContext2D, mark: Mark, drawn: Drawn): void {
  const { low, high } = mark.point;
  if (low === null || high === null) return;
  const flat = drawn.model.kind === 'effects';
  const [from, to, cap] = [mark.along(low), mark.along(high), 5];
  const to2d = (along: number, across: number): [number, number] =>
    flat ? [along, across] : [across, along];
  const line = drawn.model.kind === 'bars' ? drawn.paint.look.foreground : mark.colour;
  strokeWithHalo(context, line, drawn.paint.look.background, drawn.paint.look.highContrast ? 2 : 1.5, () => {
    context.moveTo(...to2d(from, mark.across));
    context.lineTo(...to2d(to, mark.across));
    for (const end of [from, to]) {
      context.moveTo(...to2d(end, mark.across - cap));
      context.lineTo(...to2d(end, mark.across + cap));
    }
  });
}

/** Samples stand side by side in the order they were taken, so that a drift through the run shows. */
function drawSamples(context: CanvasRenderingContext2D, mark: Mark, drawn: Drawn): void {
  const { samples } = mark.point;
  const flat = drawn.model.kind === 'effects';
  const { look } = drawn.paint;
  samples.forEach((sample, index) => {
    const share = samples.length === 1 ? 0.6 : (index / (samples.length - 1)) * 2 - 1;
    const across = mark.across + share * mark.room;
    const along = mark.along(sample.value);
    const [x, y] = flat ? [along, across] : [across, along];
    context.beginPath();
    context.lineWidth = 1.25;
    context.strokeStyle = look.foreground;
    context.fillStyle = look.background;
    if (sample.valid) {
      context.arc(x, y, look.fontSize / 5, 0, 2 * Math.PI);
      context.fill();
    } else {
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x - 3, y + 3);
      context.lineTo(x + 3, y - 3);
    }
    context.stroke();
  });
}

function drawLabel(context: CanvasRenderingContext2D, mark: Mark, drawn: Drawn): void {
  const { model, paint } = drawn;
  const { value, low, high, samples } = mark.point;
  context.fillStyle = value === null ? paint.look.muted : paint.look.foreground;
  context.font = `${paint.look.fontSize}px ${paint.look.fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  const write = (text: string, x: number, y: number): void => {
    context.lineWidth = 3;
    context.strokeStyle = paint.look.background;
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  if (model.kind === 'effects') {
    if (value === null) return;
    const text = model.unit === '%' ? changeInPercent(value) : shortNumber(value);
    write(text, mark.along(value), mark.across - 8);
  } else if (model.kind === 'bars') {
    if (value === null) {
      write(paint.running ? 'not yet' : 'not measured', mark.across, mark.along(0) - 4);
      return;
    }
    const top = Math.max(value, low ?? value, high ?? value, ...samples.map((sample) => sample.value));
    write(shortNumber(value), mark.across, mark.along(top) - 6);
  }
}

function drawNoise(context: CanvasRenderingContext2D, chart: Chart, { model, paint }: Drawn): void {
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

function drawBands(context: CanvasRenderingContext2D, chart: Chart, drawn: Drawn): void {
  const { model, paint } = drawn;
  const { x: across, y: along } = chart.scales;
  if (model.kind !== 'lines' || across === undefined || along === undefined) return;
  for (const series of model.series) {
    const edges = series.points.flatMap((point, index) => {
      const { low, high } = point;
      if (low === null || high === null) return [];
      const x = across.getPixelForValue(Number(model.categories[index]));
      return [{ x, low: along.getPixelForValue(low), high: along.getPixelForValue(high) }];
    });
    if (edges.length < 2) continue;
    const place = paint.colourOf(series.label);
    const colour = paint.look.palette[place % paint.look.palette.length] ?? paint.look.foreground;
    context.save();
    context.beginPath();
    for (const edge of edges) context.lineTo(edge.x, edge.high);
    for (const edge of edges.toReversed()) context.lineTo(edge.x, edge.low);
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

/** The plugin of one chart; it reads `drawn` anew each time, so that an update needs no new chart. */
export function overlay(drawn: Drawn): Plugin<'bar' | 'scatter'> {
  return {
    id: 'overlay',
    beforeDatasetsDraw: (chart) => {
      chart.ctx.save();
      drawNoise(chart.ctx, chart, drawn);
      drawBands(chart.ctx, chart, drawn);
      for (const { box, place, colour } of marksOf(chart, drawn)) {
        if (box === undefined || drawn.paint.running) continue;
        hatch(chart.ctx, box, place, colour, !drawn.paint.look.highContrast);
      }
      // Under dots, which are small; over bars, which would hide them.
      if (drawn.model.kind === 'dots' || drawn.model.kind === 'effects') {
        for (const mark of marksOf(chart, drawn)) drawWhisker(chart.ctx, mark, drawn);
      }
      chart.ctx.restore();
    },
    afterDatasetsDraw: (chart) => {
      chart.ctx.save();
      for (const mark of marksOf(chart, drawn)) {
        if (drawn.model.kind === 'bars') {
          if (mark.point.value !== null) drawWhisker(chart.ctx, mark, drawn);
          drawSamples(chart.ctx, mark, drawn);
        }
        drawLabel(chart.ctx, mark, drawn);
      }
      chart.ctx.restore();
    },
  };
}
