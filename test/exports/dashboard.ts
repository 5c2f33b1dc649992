/** The dashboard as the tests read it. */
import { readFileSync } from 'node:fs';

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly format: 'time_series' | 'table';
  readonly legendFormat?: string;
}

export interface DashboardPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly targets: readonly Target[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly fieldConfig: {
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface Dashboard {
  readonly __inputs: readonly { readonly name: string; readonly type: string; readonly pluginId: string }[];
  readonly __requires: readonly { readonly type: string; readonly id: string }[];
  readonly panels: readonly DashboardPanel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string | { readonly query: string };
      readonly current: { readonly value?: unknown };
    }[];
  };
}

export const dashboardText = readFileSync(
  new URL('../../media/grafana/cilium-bench.json', import.meta.url),
  'utf8',
);
export const dashboard = JSON.parse(dashboardText) as Dashboard;
