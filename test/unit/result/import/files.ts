import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../../../../src/core/result/import/source';

const captured = fileURLToPath(new URL('captured', import.meta.url));
const tools = fileURLToPath(new URL('../../tool/captured', import.meta.url));

export const capturedPath = (name: string): string => path.join(captured, name);

export const captive = (name: string): SourceFile => ({
  path: name,
  text: readFileSync(path.join(captured, name), 'utf8'),
});

export const ofTool = (name: string): SourceFile => ({
  path: name,
  text: readFileSync(path.join(tools, name), 'utf8'),
});

/** Every file below a captured folder, its path relative to it. */
export function folder(name: string): readonly SourceFile[] {
  const root = path.join(captured, name);
  const walk = (below: string): SourceFile[] =>
    readdirSync(path.join(root, below))
      .sort()
      .flatMap((child) => {
        const at = below === '' ? child : `${below}/${child}`;
        return statSync(path.join(root, at)).isDirectory()
          ? walk(at)
          : [{ path: at, text: readFileSync(path.join(root, at), 'utf8') }];
      });
  return walk('');
}

export const origin = { source: 'results', importedAt: '2026-11-25T22:00:00.000Z' } as const;
