/** What chart.js has no mark for is drawn over and below its own marks. */
import type { Plugin } from 'chart.js';
import { drawBands, drawNoise, drawPlaces } from './drawGround';
import { drawLabel, drawSamples, drawSelection, drawWhisker } from './drawMarks';
import { hatch } from './hatching';
import { marksOf, type Drawn } from './marks';

/** The plugin of one chart; it reads `drawn` anew each time, so that an update needs no new chart. */
export function overlay(drawn: Drawn): Plugin<'bar' | 'scatter'> {
  return {
    id: 'overlay',
    beforeDatasetsDraw: (chart) => {
      chart.ctx.save();
      drawNoise(chart.ctx, chart, drawn);
      drawPlaces(chart.ctx, chart, drawn);
      drawBands(chart.ctx, chart, drawn);
      const { kind } = drawn.model;
      if (kind === 'bars' && !drawn.paint.running)
        for (const { box, place, colour } of marksOf(chart, drawn))
          if (box !== undefined) hatch(chart.ctx, box, place, colour, !drawn.paint.look.highContrast);
      // Under dots, which are small; over bars, which would hide them.
      if (kind === 'dots' || kind === 'effects')
        for (const mark of marksOf(chart, drawn)) drawWhisker(chart.ctx, mark, drawn);
      chart.ctx.restore();
    },
    afterDatasetsDraw: (chart) => {
      const { kind, series } = drawn.model;
      chart.ctx.save();
      // Bars side by side leave no room for a number over each.
      const isLabelled = kind === 'effects' || (kind === 'bars' && series.length < 3);
      if (kind === 'bars' || kind === 'effects' || drawn.paint.showsSamples)
        for (const mark of marksOf(chart, drawn)) {
          if (kind === 'bars' && mark.point.value !== null) drawWhisker(chart.ctx, mark, drawn);
          if (drawn.paint.showsSamples) drawSamples(chart.ctx, mark, drawn);
          const isMissing = kind === 'bars' && mark.point.value === null;
          if (isLabelled || isMissing) drawLabel(chart.ctx, mark, drawn);
        }
      drawSelection(chart, drawn);
      chart.ctx.restore();
    },
  };
}
