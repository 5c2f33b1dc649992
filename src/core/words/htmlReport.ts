import type { PanelModel } from '../result/panelModel';

export interface HtmlReportParts {
  /** Text of the bundle that draws the charts (`dist/report.js`). */
  readonly script: string;
  /** Text of its style sheet (`dist/report.css`). */
  readonly style: string;
}

/** The result of a run as one HTML file that asks for nothing else. */
export function htmlReport(model: PanelModel, parts: HtmlReportParts): string {
  return `${model.title}${parts.style}${parts.script}`;
}
