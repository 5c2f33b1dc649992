import type { ChartModel } from '../src/core/result/panelModel';
import { dashOf, shapeOf, type Paint } from './paint';
import { element } from './dom';

const svgNamespace = 'http://www.w3.org/2000/svg';

function drawing(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** The shapes that chart.js draws for points, around 12, 7. */
const outlines: Readonly<Record<ReturnType<typeof shapeOf>, string>> = {
  circle: 'M8 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z',
  rect: 'M8.5 3.5h7v7h-7Z',
  triangle: 'M12 2.5l4.3 7.5h-8.6Z',
  rectRot: 'M12 2l5 5l-5 5l-5 -5Z',
  star: 'M12 2v10M7 7h10M8.5 3.5l7 7M15.5 3.5l-7 7',
  crossRot: 'M8 3l8 8M16 3l-8 8',
};

function key(model: ChartModel, place: number, running: boolean): SVGElement {
  const isLine = model.kind === 'lines' || model.kind === 'distribution';
  const [left, width] = isLine ? [0, 24] : [6, 12];
  const picture = drawing('svg', {
    width,
    height: 14,
    viewBox: `${left} 0 ${width} 14`,
    'aria-hidden': 'true',
  });
  // Opaque, as the charts draw it.
  const colour = `rgb(from var(--bench-series-${(place % 6) + 1}) r g b)`;
  if (isLine) {
    const line = drawing('path', {
      d: 'M0 7h24',
      'stroke-width': 2,
      'stroke-dasharray': dashOf(place).join(' '),
    });
    line.style.stroke = colour;
    picture.append(line);
  }
  // A whole distribution is a line alone.
  if (model.kind === 'distribution') return picture;
  const mark = drawing('path', {
    d: model.kind === 'bars' ? 'M6 2h12v10h-12Z' : outlines[shapeOf(place)],
    'stroke-width': 1.5,
  });
  mark.style.stroke = colour;
  mark.style.fill = running ? 'none' : colour;
  picture.append(mark);
  return picture;
}

/** Which mark is which, where a chart has several series; made of elements, so that it follows the theme and prints sharp. */
export function legend(model: ChartModel, paint: Paint): HTMLElement | undefined {
  if (model.series.length < 2) return undefined;
  return element(
    'ul',
    'legend',
    ...model.series.map((series) => {
      const place = paint.colourOf(series.label);
      return element('li', '', key(model, place, paint.running), series.label);
    }),
  );
}
