/** A box on a canvas, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const gap = 7;

/** Lines across a box: each goes from one edge to the opposite one, `rise` pixels further along. */
function lines(context: CanvasRenderingContext2D, { left, top, width, height }: Box, rise: number): void {
  for (let x = left - Math.abs(rise); x <= left + width + Math.abs(rise); x += gap) {
    context.moveTo(x, top);
    context.lineTo(x + rise, top + height);
  }
}

function levels(context: CanvasRenderingContext2D, { left, top, width, height }: Box): void {
  for (let y = top + height - gap; y > top; y -= gap) {
    context.moveTo(left, y);
    context.lineTo(left + width, y);
  }
}

function dots(context: CanvasRenderingContext2D, { left, top, width, height }: Box): void {
  for (let y = top + height - gap / 2; y > top - gap; y -= gap) {
    for (let x = left + gap / 2; x < left + width + gap; x += gap) {
      context.moveTo(x + 1, y);
      context.arc(x, y, 1, 0, 2 * Math.PI);
    }
  }
}

/** One way to hatch for each place in the palette; the first is plain. */
const hatchings: readonly ((context: CanvasRenderingContext2D, box: Box) => void)[] = [
  () => undefined,
  (context, box) => {
    lines(context, box, -box.height);
  },
  dots,
  levels,
  (context, box) => {
    lines(context, box, box.height);
  },
  (context, box) => {
    lines(context, box, 0);
  },
];

/** Fills a bar with a tint and a hatching of its own, so that colour is never the only signal. */
export function hatch(
  context: CanvasRenderingContext2D,
  box: Box,
  place: number,
  colour: string,
  tinted: boolean,
): void {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.fillStyle = colour;
  context.globalAlpha = place % hatchings.length === 0 ? 0.6 : 0.36;
  if (tinted) context.fillRect(box.left, box.top, box.width, box.height);
  context.globalAlpha = 0.85;
  context.beginPath();
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  hatchings[place % hatchings.length]?.(context, box);
  context.stroke();
  context.restore();
}
