/** Grafana's own code: the transformations of panels, run on what Prometheus answers, and the types of its schema. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import type { Dashboard, DashboardPanel } from './dashboard';
import type { Series } from './withPrometheus';

/** A column of a data frame, as Grafana has it. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly config: { readonly displayName?: string };
  readonly values: readonly unknown[];
}

export interface Frame {
  readonly refId?: string;
  readonly length: number;
  readonly fields: readonly Field[];
}

export interface GrafanaData {
  readonly standardTransformers: Readonly<Record<string, { readonly id: string; readonly name: string }>>;
  readonly standardTransformersRegistry: { setInit(init: () => unknown[]): void };
  transformDataFrame(
    transformations: readonly unknown[],
    frames: readonly Frame[],
  ): { subscribe(to: { next: (frames: Frame[]) => void; error: (error: unknown) => void }): unknown };
  toDataFrame(frame: unknown): Frame;
}

/**
 * Answers of Prometheus as the frame that Grafana makes of them for the format "table": the time, the labels by name, then the
 * value, which carries its query's letter where a panel has several (docs of the Prometheus data source, "Format").
 */
function tableOf(data: GrafanaData, refId: string, series: readonly Series[], several: boolean): Frame {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return data.toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: 'time', config: {}, values: series.map(({ value }) => value[0] * 1000) },
      ...labels.map((name) => ({
        name,
        type: 'string',
        config: { filterable: true },
        values: series.map(({ metric }) => metric[name]),
      })),
      {
        name: several ? `Value #${refId}` : 'Value',
        type: 'number',
        config: {},
        values: series.map(({ value }) => Number(value[1])),
      },
    ],
  });
}

/** Grafana's transformations, ready to be used. `folder` holds the `node_modules` with its packages. */
export function loadGrafana(folder: string): GrafanaData {
  const data = createRequire(path.join(folder, 'x.js'))('@grafana/data') as GrafanaData;
  // What runs a transformation asks the page that it stands in.
  Object.assign(globalThis, { window: globalThis });
  const byId = new Map(Object.values(data.standardTransformers).map((one) => [one.id, one]));
  data.standardTransformersRegistry.setInit(() =>
    [...byId.values()].map((one) => ({ ...one, transformation: () => Promise.resolve(one) })),
  );
  return data;
}

/** What a panel's transformations make of the answers to its queries. */
export async function transformed(
  data: GrafanaData,
  panel: DashboardPanel,
  answers: ReadonlyMap<string, readonly Series[]>,
): Promise<readonly Frame[]> {
  const frames = [...answers].map(([refId, series]) => tableOf(data, refId, series, answers.size > 1));
  return new Promise((resolve, reject) => {
    data.transformDataFrame(panel.transformations ?? [], frames).subscribe({ next: resolve, error: reject });
  });
}

/** The kinds of panel whose own options the schema has types for, by the dashboard's word for them. */
const panelTypes = ['barchart', 'bargauge', 'stat', 'table', 'trend'];

/** Enums of the schema as the JSON has them. */
const plain = `
type Plain<T> = 0 extends 1 & T ? any
  : T extends string ? \`\${T}\`
  : T extends number ? T
  : T extends boolean | null | undefined ? T
  : T extends (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
`;

/** A program that compiles if and only if the dashboard is what the schema allows, without a key that it does not know. */
function typedDashboard(whole: Dashboard): string {
  const { panels, ...others } = whole as Dashboard & Record<string, unknown>;
  // What only an import reads is no part of the schema.
  const onlyImported = ['__inputs', '__elements', '__requires'];
  const rest = Object.fromEntries(Object.entries(others).filter(([name]) => !onlyImported.includes(name)));
  const json = (value: unknown): string => JSON.stringify(value);
  const used = [...new Set(panels.map(({ type }) => type))];
  const unknown = used.filter((type) => !panelTypes.includes(type));
  if (unknown.length > 0) throw new Error(`panels of unknown types: ${unknown.join(', ')}`);
  // Of a stat or a bar gauge the schema has no custom fields.
  const custom = (type: string): string =>
    type === 'stat' || type === 'bargauge'
      ? '{ custom?: never }'
      : `{ custom?: Partial<Plain<${type}.FieldConfig>> }`;
  return [
    `import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';`,
    `import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';`,
    ...used.map((type) => `import type * as ${type} from '@grafana/grafana-foundation-sdk/${type}';`),
    plain,
    `export const whole = ${json(rest)} satisfies Plain<dashboard.Dashboard>;`,
    ...panels.map(({ targets, options, fieldConfig: { defaults, ...fieldConfig }, ...panel }) =>
      [
        `export const p${panel.id} = ${json(panel)} satisfies Plain<dashboard.Panel>;`,
        `export const t${panel.id} = ${json(targets)} satisfies Omit<Plain<prometheus.Dataquery>, '_implementsDataqueryVariant'>[];`,
        `export const o${panel.id} = ${json(options)} satisfies Plain<${panel.type}.Options>;`,
        `export const f${panel.id} = ${json(defaults)} satisfies Omit<Plain<dashboard.FieldConfig>, 'custom'> & ${custom(panel.type)};`,
        `export const g${panel.id} = ${json({ defaults: {}, ...fieldConfig })} satisfies Plain<dashboard.FieldConfigSource>;`,
      ].join('\n'),
    ),
  ].join('\n');
}

/** What TypeScript says of the dashboard against the types of Grafana's schema; nothing where all is right. */
export function schemaFaults(folder: string, whole: Dashboard): readonly string[] {
  const work = mkdtempSync(path.join(os.tmpdir(), 'cilium-bench-schema-'));
  try {
    const file = path.join(work, 'dashboard.ts');
    writeFileSync(file, typedDashboard(whole));
    const sdk = path.join(folder, 'node_modules/@grafana/grafana-foundation-sdk/dist');
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      lib: ['lib.es2023.d.ts'],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      paths: { '@grafana/grafana-foundation-sdk/*': [`${sdk}/*`] },
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
