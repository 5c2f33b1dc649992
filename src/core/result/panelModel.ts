/** What the panel and the HTML report draw, ready to be drawn: every sentence, number and unit is already text. */

/** A single sample behind a value. */
export interface ChartSample {
  readonly id: string;
  readonly value: number;
  readonly valid: boolean;
  /** Its round goes on. */
  readonly isOpen?: boolean;
}

/**
 * One value with its interval, in the chart's unit. A value that is not there was not measured: `note` says why; beside a value it
 * says what else is to be known of it.
 */
export interface ChartPoint {
  readonly label: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The single samples behind it. */
  readonly samples: readonly ChartSample[];
  readonly note?: string;
  /** Where it stands on the other axis, in a chart whose points stand on no category. */
  readonly place?: number;
  /** The variant that it shows. */
  readonly variant?: string;
  /** It was measured under the policy of the run's manifest, whose line it leads to. */
  readonly isPolicy?: boolean;
}

export interface ChartSeries {
  readonly label: string;
  readonly points: readonly ChartPoint[];
}

/**
 * A place on a chart's numeric axis that is marked and named, with how well it is known. Of `dots` the axis counts the categories
 * from 0: 1.5 is between the second and the third.
 */
export interface ChartMark {
  readonly place: number;
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

export interface ChartModel {
  readonly id: string;
  readonly title: string;
  /** For `distribution` the value is a latency, and a point's `place` is the percentile. */
  readonly kind: 'bars' | 'dots' | 'lines' | 'effects' | 'distribution';
  readonly unit: string;
  readonly scale: 'linear' | 'logarithmic';
  /** Labels along the axis; for `lines` these are numbers as text (Services), where no point has a `place`. */
  readonly categories: readonly string[];
  /** What the categories are, as the title of their axis, e.g. `Services`. Always there for `lines`. */
  readonly categoryTitle?: string;
  readonly series: readonly ChartSeries[];
  /** For `effects`: what identical settings differ by, in percent. */
  readonly noisePercent?: number;
  /** The conclusion, for readers who cannot see the chart. */
  readonly summary: string;
  /** Bars lie: for categories with long names. */
  readonly isLying?: boolean;
  /** What `low` and `high` are, e.g. `range of the samples`; absent is the 95 % interval. */
  readonly interval?: string;
  readonly marks?: readonly ChartMark[];
  /** What stands where a value is not there; absent is `not measured`. */
  readonly missing?: string;
  /** What is not in it and why, e.g. invalid samples with their reasons; a line each. */
  readonly notes?: readonly string[];
  /** Its numbers, for those who read or copy them. */
  readonly table?: TableModel;
  /** One of several charts that stand in one place, of which the first is shown until another is chosen: `of` names the place. */
  readonly choice?: { readonly of: string; readonly label: string };
  /** It is still being made: what is waited for, in words. Its series are empty until then. */
  readonly pending?: string;
}

export interface TableModel {
  readonly columns: readonly { readonly label: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** A table under a title of its own. */
export interface TitledTable {
  readonly title: string;
  readonly table: TableModel;
}

export interface PanelModel {
  /** The run's id, or what a panel over several runs is called by. */
  readonly runId: string;
  /** It shows several runs, so that there is no report of it, and no export. */
  readonly isOverRuns?: boolean;
  readonly title: string;
  /** Where, how and when: `local lab · quick (3 rounds) · 23 Nov 2026, 18:49`. */
  readonly subtitle: string;
  readonly state: 'running' | 'complete' | 'partial' | 'cancelled' | 'failed';
  /** While running: how far, and the time left. */
  readonly progress?: string;
  /** While running: the time left alone, for where there is little room. */
  readonly timeLeft?: string;
  /** What people keep with the run; absent where nothing is. */
  readonly kept?: {
    readonly name: string | null;
    /** Several lines at most. */
    readonly note: string | null;
    readonly tags: readonly string[];
    /** It is pinned as the baseline of its target and scenario. */
    readonly isBaseline: boolean;
  };
  /** Of several runs: which they are and what differs between them, before anything that follows from it. */
  readonly facts?: readonly TitledTable[];
  /** The answer, a sentence each, before any chart. */
  readonly sentences: readonly string[];
  /** What to do, under the answer, each with what it stands on; absent where the run gives no reason for any. */
  readonly advice?: readonly {
    readonly title: string;
    readonly text: string;
    readonly details: readonly string[];
  }[];
  readonly charts: readonly ChartModel[];
  readonly table: TableModel;
  /** What the figures are made of, e.g. the components of a datapath; absent where they are whole. */
  readonly parts?: readonly TitledTable[];
  /** Every sample with its raw output, valid or not, with the reason. */
  readonly samples: readonly { readonly id: string; readonly text: string; readonly valid: boolean }[];
  /** Of several runs: what could not be compared and why, one line each. */
  readonly notCompared?: readonly string[];
  /** Validity, what was not measured and why, one line each. */
  readonly notes: readonly string[];
  readonly fingerprint: readonly { readonly name: string; readonly value: string }[];
  /** The manifest that was measured, where there is one. */
  readonly manifest?: { readonly file: string; readonly line: number };
}
