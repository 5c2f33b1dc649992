/** What is drawn on the marks themselves: whiskers, single samples, values in words, and a ring around what is selected. */
import type { Chart } from 'chart.js';
import { isFlat } from './geometry';
import { markOf, sampleDots, type Drawn, type Mark } from './marks';
import { changeInPercent, shortNumber } from './numbers';
import { drawnSamples } from './thin';

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

export function drawWhisker(context: CanvasRenderingContext2D, mark: Mark, drawn: Drawn): void {
  const { low, high } = mark.point;
  if (low === null || high === null) return;
  const flat = isFlat(drawn.model);
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

/** Dots of rounds that are whole are full; of the round that goes on they are hollow; a cross is an invalid sample. */
export function drawSamples(
  context: CanvasRenderingContext2D,
  mark: Mark,
  { model, paint: { look } }: Drawn,
): void {
  for (const { sample, x, y } of sampleDots(mark, model)) {
    context.beginPath();
    context.lineWidth = 1.25;
    context.strokeStyle = look.foreground;
    context.fillStyle = sample.isOpen === true || look.highContrast ? look.background : look.foreground;
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
  }
}

/** A ring around what the keyboard or a manifest points to. */
export function drawSelection(chart: Chart, drawn: Drawn): void {
  const { selection, model, paint } = drawn;
  const mark = selection && markOf(chart, drawn, selection.series, selection.index);
  if (!selection || !mark) return;
  const context = chart.ctx;
  context.save();
  context.strokeStyle = paint.look.focus;
  context.lineWidth = 2;
  context.beginPath();
  const dot = selection.sample === null ? undefined : sampleDots(mark, model)[selection.sample];
  if (dot) context.arc(dot.x, dot.y, 7, 0, 2 * Math.PI);
  else if (mark.box) {
    const { left, top, width, height } = mark.box;
    context.rect(left - 3, top - 3, width + 6, height + 6);
  } else context.arc(mark.x, mark.y, 10, 0, 2 * Math.PI);
  context.stroke();
  context.restore();
}

export function drawLabel(context: CanvasRenderingContext2D, mark: Mark, drawn: Drawn): void {
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
    if (value === null) {
      if (model.missing === undefined) return;
      context.textBaseline = 'middle';
      write(model.missing, mark.along(0), mark.across);
      return;
    }
    const text = model.unit === '%' ? changeInPercent(value) : shortNumber(value);
    write(text, mark.along(value), mark.across - 8);
  } else if (model.kind === 'bars') {
    if (value === null) {
      const text = paint.running ? 'not yet' : (model.missing ?? 'not measured');
      if (!isFlat(model) && model.series.length > 1) {
        // Its neighbours leave it the width of a bar.
        context.save();
        context.translate(mark.across, mark.along(0) - 4);
        context.rotate(-Math.PI / 2);
        context.textAlign = 'left';
        context.textBaseline = 'middle';
        write(text, 0, 0);
        context.restore();
      } else if (isFlat(model)) {
        context.textAlign = 'left';
        context.textBaseline = 'middle';
        write(text, mark.along(0) + 6, mark.across);
      } else write(text, mark.across, mark.along(0) - 4);
      return;
    }
    const reach = [value, low ?? value, high ?? value];
    const top = Math.max(
      ...reach,
      ...(paint.showsSamples ? drawnSamples(samples) : []).map((one) => one.value),
    );
    if (isFlat(model)) {
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      write(shortNumber(value), mark.along(top) + 6, mark.across);
    } else write(shortNumber(value), mark.across, mark.along(top) - 6);
  }
}
