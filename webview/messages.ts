/** What comes in from outside is checked whole before anything is drawn, so that drawing never meets a missing field. */
import type {
  ChartMark,
  ChartModel,
  ChartPoint,
  ChartSample,
  ChartSeries,
  PanelModel,
  TableModel,
  TitledTable,
} from '../src/core/result/panelModel';
import type { ToPanelMessage } from '../src/protocol/panel';
import { isFlag, isListOf, isNumber, isOneOf, isOrAbsent, isOrNull, isRecordOf, isText } from './guard';

const isSample = isRecordOf<ChartSample>({
  id: isText,
  value: isNumber,
  valid: isFlag,
  isOpen: isOrAbsent(isFlag),
});

const isPoint = isRecordOf<ChartPoint>({
  label: isText,
  value: isOrNull(isNumber),
  low: isOrNull(isNumber),
  high: isOrNull(isNumber),
  samples: isListOf(isSample),
  note: isOrAbsent(isText),
  place: isOrAbsent(isNumber),
  variant: isOrAbsent(isText),
  isPolicy: isOrAbsent(isFlag),
});

const isSeries = isRecordOf<ChartSeries>({ label: isText, points: isListOf(isPoint) });

const isMark = isRecordOf<ChartMark>({ place: isNumber, low: isNumber, high: isNumber, label: isText });

const isTable = isRecordOf<TableModel>({
  columns: isListOf(isRecordOf<TableModel['columns'][number]>({ label: isText, numeric: isFlag })),
  rows: isListOf(isListOf(isText)),
});

const isTitledTable = isRecordOf<TitledTable>({ title: isText, table: isTable });

const isChart = isRecordOf<ChartModel>({
  id: isText,
  title: isText,
  kind: isOneOf(['bars', 'dots', 'lines', 'effects', 'distribution']),
  unit: isText,
  scale: isOneOf(['linear', 'logarithmic']),
  categories: isListOf(isText),
  categoryTitle: isOrAbsent(isText),
  series: isListOf(isSeries),
  noisePercent: isOrAbsent(isNumber),
  summary: isText,
  isLying: isOrAbsent(isFlag),
  interval: isOrAbsent(isText),
  marks: isOrAbsent(isListOf(isMark)),
  missing: isOrAbsent(isText),
  notes: isOrAbsent(isListOf(isText)),
  table: isOrAbsent(isTable),
  choice: isOrAbsent(isRecordOf<NonNullable<ChartModel['choice']>>({ of: isText, label: isText })),
  pending: isOrAbsent(isText),
});

const isChartOrNull = isOrNull(isChart);

/** Whether a value is a model that can be drawn. */
export const isPanelModel = isRecordOf<PanelModel>({
  runId: isText,
  isOverRuns: isOrAbsent(isFlag),
  title: isText,
  subtitle: isText,
  state: isOneOf(['running', 'complete', 'partial', 'cancelled', 'failed']),
  progress: isOrAbsent(isText),
  timeLeft: isOrAbsent(isText),
  kept: isOrAbsent(
    isRecordOf<NonNullable<PanelModel['kept']>>({
      name: isOrNull(isText),
      note: isOrNull(isText),
      tags: isListOf(isText),
      isBaseline: isFlag,
    }),
  ),
  facts: isOrAbsent(isListOf(isTitledTable)),
  sentences: isListOf(isText),
  advice: isOrAbsent(
    isListOf(
      isRecordOf<NonNullable<PanelModel['advice']>[number]>({
        title: isText,
        text: isText,
        details: isListOf(isText),
      }),
    ),
  ),
  charts: isListOf(isChart),
  table: isTable,
  parts: isOrAbsent(isListOf(isTitledTable)),
  samples: isListOf(isRecordOf<PanelModel['samples'][number]>({ id: isText, text: isText, valid: isFlag })),
  notCompared: isOrAbsent(isListOf(isText)),
  notes: isListOf(isText),
  fingerprint: isListOf(isRecordOf<PanelModel['fingerprint'][number]>({ name: isText, value: isText })),
  manifest: isOrAbsent(isRecordOf<NonNullable<PanelModel['manifest']>>({ file: isText, line: isNumber })),
});

/** Reads a message of the extension; undefined when it is not one. */
export function readToPanelMessage(value: unknown): ToPanelMessage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  if (value.type === 'show' && 'model' in value && isPanelModel(value.model)) {
    return { type: 'show', model: value.model };
  }
  if (
    value.type === 'chart' &&
    'id' in value &&
    'chart' in value &&
    isText(value.id) &&
    isChartOrNull(value.chart)
  )
    return { type: 'chart', id: value.id, chart: value.chart };
  if (value.type === 'pointTo' && 'variant' in value && isText(value.variant))
    return { type: 'pointTo', variant: value.variant };
  if (value.type === 'empty' && 'text' in value && isText(value.text))
    return { type: 'empty', text: value.text };
  return undefined;
}
