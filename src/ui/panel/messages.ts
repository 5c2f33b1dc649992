/** What comes from the webview is not trusted: it is read here, and what is not a known message is dropped. */
import type { FromPanelMessage } from '../../protocol/panel';

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

const longestName = 200;
/** Far above a chart in any size that a screen has. */
const longestPicture = 24_000_000;
/** The eight bytes that every PNG begins with (https://www.w3.org/TR/png-3/#5PNG-file-signature), in base64. */
const pngStart = 'iVBORw0KGgo';

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestName;
}

function isPngText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= longestPicture &&
    value.startsWith(pngStart) &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(value)
  );
}

/** Reads a message from the panel; undefined when it is not one. */
export function readPanelMessage(value: unknown): FromPanelMessage | undefined {
  const fields = fieldsOf(value);
  const type = fields.get('type');
  switch (type) {
    case 'ready': {
      const runId = fields.get('runId');
      return runId === null || typeof runId === 'string' ? { type, runId } : undefined;
    }
    case 'openRaw': {
      const sampleId = fields.get('sampleId');
      return typeof sampleId === 'string' ? { type, sampleId } : undefined;
    }
    case 'copyChart': {
      const chartId = fields.get('chartId');
      return isName(chartId) ? { type, chartId } : undefined;
    }
    case 'savePicture': {
      const chartId = fields.get('chartId');
      const base64 = fields.get('base64');
      return isName(chartId) && isPngText(base64) ? { type, chartId, base64 } : undefined;
    }
    case 'copyMarkdown':
    case 'copyTable':
    case 'revealManifest':
    case 'openReport':
    case 'exportRun':
      return { type };
    default:
      return undefined;
  }
}

/** The run that a panel showed before a reload; undefined where the state is not one that the panel wrote. */
export function runIdOfState(state: unknown): string | undefined {
  const runId = fieldsOf(state).get('runId');
  return typeof runId === 'string' ? runId : undefined;
}
