/** A chart as a picture that stands alone: with its title, its keys, its conclusion and where it is from. */
import { drawPoint } from 'chart.js/helpers';
import type { Drawn } from './marks';
import { colourAt, dashOf, shapeOf } from './paint';

const margin = 16;
/** What the longest conclusion takes: curves that are told one by one, and where they cross. */
const longestSummary = 9;

const longestSource = 3;

/** Text in lines that fit; what is past the last line is cut with an ellipsis. */
function linesOf(
  context: CanvasRenderingContext2D,
  text: string,
  width: number,
  most: number,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1] ?? ''} …`];
}

/** Which mark is which; returns how much height it took. */
function drawKeys(
  context: CanvasRenderingContext2D,
  { model, paint }: Drawn,
  top: number,
  width: number,
): number {
  if (model.series.length < 2) return 0;
  const { look } = paint;
  const row = look.fontSize * 1.6;
  let left = margin;
  let down = 0;
  context.textBaseline = 'middle';
  for (const { label } of model.series) {
    const needed = 30 + context.measureText(label).width + 16;
    if (left > margin && left + needed > width) {
      left = margin;
      down += row;
    }
    const y = top + down + row / 2;
    const place = paint.colourOf(label);
    context.strokeStyle = colourAt(paint, place);
    context.fillStyle = colourAt(paint, place);
    if (model.kind === 'lines' || model.kind === 'distribution') {
      context.setLineDash(dashOf(place));
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + 24, y);
      context.stroke();
      context.setLineDash([]);
    }
    if (model.kind !== 'distribution')
      drawPoint(
        context,
        { pointStyle: shapeOf(place), radius: 4, borderWidth: 1.5, rotation: 0 },
        left + 12,
        y,
      );
    context.fillStyle = look.foreground;
    context.fillText(label, left + 30, y);
    left += needed;
  }
  return down + row + 6;
}

/** `canvas` holds the chart with this many dots to a CSS pixel. */
export async function pngOf(
  drawn: Drawn,
  canvas: HTMLCanvasElement,
  ratio: number,
  source: string,
): Promise<Blob> {
  const { model, paint } = drawn;
  const { look } = paint;
  const width = canvas.width / ratio + 2 * margin;
  const small = `${look.fontSize}px ${look.fontFamily}`;
  const row = look.fontSize * 1.4;
  const sheet = document.createElement('canvas');
  const context = sheet.getContext('2d');
  if (context === null) throw new Error('There is no canvas to draw on.');
  context.font = small;
  const summary = linesOf(context, model.summary, width - 2 * margin, longestSummary);
  const from = linesOf(context, source, width - 2 * margin, longestSource);
  const keyRows = model.series.length < 2 ? 0 : model.series.length * look.fontSize * 1.6 + 6;
  // As high as it can become; what is not used is cut below.
  const most = margin * 3 + 24 + keyRows + canvas.height / ratio + (summary.length + from.length + 1) * row;
  sheet.width = Math.ceil(width * ratio);
  sheet.height = Math.ceil(most * ratio);
  context.scale(ratio, ratio);
  context.fillStyle = look.background;
  context.fillRect(0, 0, width, most);
  context.textBaseline = 'top';
  context.fillStyle = look.foreground;
  context.font = `bold ${look.fontSize + 3}px ${look.fontFamily}`;
  context.fillText(model.title, margin, margin);
  context.font = small;
  let top = margin + 24;
  top += drawKeys(context, drawn, top, width - margin);
  context.drawImage(canvas, margin, top, canvas.width / ratio, canvas.height / ratio);
  top += canvas.height / ratio + 8;
  context.textBaseline = 'top';
  context.fillStyle = look.foreground;
  for (const line of summary) {
    context.fillText(line, margin, top);
    top += row;
  }
  context.fillStyle = look.muted;
  top += 2;
  for (const line of from) {
    context.fillText(line, margin, top);
    top += row;
  }
  return blobOf(cut(sheet, Math.ceil((top + margin) * ratio)));
}

function cut(sheet: HTMLCanvasElement, height: number): HTMLCanvasElement {
  if (height >= sheet.height) return sheet;
  const shorter = document.createElement('canvas');
  shorter.width = sheet.width;
  shorter.height = height;
  shorter.getContext('2d')?.drawImage(sheet, 0, 0);
  return shorter;
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The picture could not be made.'));
      else resolve(blob);
    }, 'image/png');
  });
}
