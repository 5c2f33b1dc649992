import type { Look } from './look';

const size = 8;

/** How the lines of a pattern run, by the place in the palette; the first is plain. */
const strokes: readonly ((context: CanvasRenderingContext2D) => void)[] = [
  () => undefined,
  (context) => {
    for (const start of [-size, 0, size]) line(context, start, size, start + size, 0);
  },
  (context) => {
    context.arc(size / 2, size / 2, 1.4, 0, 2 * Math.PI);
  },
  (context) => {
    line(context, 0, size / 2, size, size / 2);
  },
  (context) => {
    for (const start of [-size, 0, size]) line(context, start, 0, start + size, size);
  },
  (context) => {
    line(context, size / 2, 0, size / 2, size);
  },
];

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
}

/** A fill for the place in the palette: a light tint of its colour with lines of its own; lines alone in high contrast. */
export function patternFill(look: Look, place: number): CanvasPattern | string {
  const colour = look.palette[place % look.palette.length] ?? look.foreground;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const context = tile.getContext('2d');
  if (context === null) return 'transparent';
  if (!look.highContrast) {
    context.globalAlpha = place === 0 ? 0.55 : 0.4;
    context.fillStyle = colour;
    context.fillRect(0, 0, size, size);
    context.globalAlpha = 0.9;
  }
  context.beginPath();
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  strokes[place % strokes.length]?.(context);
  context.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}
