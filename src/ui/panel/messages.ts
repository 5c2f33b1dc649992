/** What comes from the webview is not trusted: it is read here, and what is not a known message is dropped. */
import type { FromPanelMessage } from '../../protocol/panel';

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
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
    case 'copyMarkdown':
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
