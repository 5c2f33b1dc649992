import { spawn } from 'node:child_process';
import { once } from 'node:events';

interface Message {
  readonly method?: string;
  readonly id?: number | string;
}

const uri = 'file:///manifest.yaml';

export interface LanguageServer {
  /** Opens the text and waits for its diagnostics. */
  readonly open: (text: string) => Promise<void>;
  /** Types at a place of the text and waits for the diagnostics. */
  readonly type: (line: number, character: number, text: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The YAML language server over its protocol, with no schemas from elsewhere. */
export function startLanguageServer(program: string): LanguageServer {
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let waiting: ((message: Message) => void)[] = [];
  let bytes = Buffer.alloc(0);
  let version = 1;
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const head = bytes.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(bytes.toString('latin1', 0, Math.max(head, 0)))?.[1],
      );
      if (head < 0 || bytes.length < head + 4 + length) return;
      const message = JSON.parse(bytes.toString('utf8', head + 4, head + 4 + length)) as Message;
      bytes = bytes.subarray(head + 4 + length);
      if (message.method !== undefined && message.id !== undefined) send({ id: message.id, result: null });
      for (const one of waiting) one(message);
    }
  });
  const until = (isIt: (message: Message) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (message: Message): void => {
        if (!isIt(message)) return;
        waiting = waiting.filter((one) => one !== look);
        resolve();
      };
      waiting.push(look);
    });
  const diagnostics = (): Promise<void> =>
    until(({ method }) => method === 'textDocument/publishDiagnostics');
  return {
    async open(text) {
      const ready = until(({ id }) => id === 'initialize');
      send({
        id: 'initialize',
        method: 'initialize',
        params: { processId: process.pid, rootUri: null, capabilities: {} },
      });
      await ready;
      send({ method: 'initialized', params: {} });
      const settings = { yaml: { validate: true, schemaStore: { enable: false } } };
      send({ method: 'workspace/didChangeConfiguration', params: { settings } });
      const shown = diagnostics();
      send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'yaml', version, text } },
      });
      await shown;
    },
    async type(line, character, text) {
      version += 1;
      const place = { line, character };
      const shown = diagnostics();
      send({
        method: 'textDocument/didChange',
        params: {
          textDocument: { uri, version },
          contentChanges: [{ range: { start: place, end: place }, text }],
        },
      });
      await shown;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}
