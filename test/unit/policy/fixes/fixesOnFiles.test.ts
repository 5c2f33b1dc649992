import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analyse } from '../../../../src/core/policy/analyse';
import { applyEdits } from '../../../../src/core/policy/fixes/applyEdits';
import type { Fix } from '../../../../src/core/policy/fixes/fix';
import { fixesFor } from '../../../../src/core/policy/fixes/fixesFor';
import type { Finding } from '../../../../src/core/policy/finding';
import { fixture, fixtureNames } from '../fixtures';

const corpus = ['../../../../../shared', '../../../../../../shared']
  .map((folder) => path.resolve(import.meta.dirname, folder, 'policy-corpus'))
  .find(existsSync);

function texts(): readonly (readonly [string, string])[] {
  const own = fixtureNames.map((name) => [name, fixture(name)] as const);
  const folders = corpus === undefined ? [] : ['files', 'derived'].map((name) => path.join(corpus, name));
  const real = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.tsv'))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(corpus ?? '', file), readFileSync(file, 'utf8')] as const),
  );
  return [...own, ...real];
}

interface Applied {
  readonly file: string;
  readonly finding: Finding;
  readonly fix: Fix;
  readonly before: string;
  readonly after: string;
}

const all: readonly Applied[] = texts().flatMap(([file, before]) =>
  analyse(before).findings.flatMap((finding) =>
    fixesFor(before, finding).map((fix) => ({
      file,
      finding,
      fix,
      before,
      after: applyEdits(before, fix.edits),
    })),
  ),
);
/** Every file is read many times, on machines that do other work as well. */
const patience = 60_000;
const place = ({ file, fix, finding }: Applied): string =>
  `${file}:${finding.range.start.line + 1} ${finding.code} ${fix.id}`;
const mending = all.filter(({ fix }) => fix.isSilencing !== true);

/** Read by the library alone, so that a fault of our own reader does not hide one of an edit. */
const read = (text: string) =>
  parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false }).map((document) => ({
    errors: document.errors.length,
    json: document.errors.length > 0 ? null : JSON.stringify(document.toJS({ maxAliasCount: 1000 })),
  }));

describe(`${mending.length} fixes of ${new Set(all.map(({ file }) => file)).size} files`, () => {
  it('are of many kinds', () => {
    const kinds = new Set(mending.map(({ fix }) => fix.id));
    expect(kinds.size).toBeGreaterThan(corpus === undefined ? 4 : 7);
  });

  it(
    'leave a text that reads as well, and change one document of it',
    () => {
      const errorsOf = (documents: ReturnType<typeof read>): number =>
        documents.reduce((sum, { errors }) => sum + errors, 0);
      const wrong = mending.filter(({ before, after }) => {
        const [old, now] = [read(before), read(after)];
        if (errorsOf(old) > 0) return errorsOf(now) > errorsOf(old);
        const changed = old.filter(({ json }, at) => json !== now[at]?.json);
        return errorsOf(now) > 0 || now.length !== old.length || changed.length !== 1;
      });
      expect(wrong.map(place)).toEqual([]);
    },
    patience,
  );

  it(
    'change nothing outside of the lines they name',
    () => {
      const wrong = all.filter(({ before, after, fix }) => {
        const first = Math.min(...fix.edits.map(({ range }) => range.start.line));
        const last = Math.max(...fix.edits.map(({ range }) => range.end.line));
        const [old, now] = [before.split('\n'), after.split('\n')];
        const tail = old.slice(last + 1);
        return (
          old.slice(0, first).join('\n') !== now.slice(0, first).join('\n') ||
          (tail.length > 0 && tail.join('\n') !== now.slice(-tail.length).join('\n'))
        );
      });
      expect(wrong.map(place)).toEqual([]);
    },
    patience,
  );

  it(
    'keep the comments of what stays',
    () => {
      const commentsOf = (text: string): readonly string[] => text.match(/(?<=^|\s)#.*$/gm) ?? [];
      const wrong = mending.filter(({ before, after, fix }) => {
        const lines = before.split('\n');
        const removed = fix.edits.flatMap(({ range }) => lines.slice(range.start.line, range.end.line + 1));
        const gone = commentsOf(before).length - commentsOf(after).length;
        return gone > commentsOf(removed.join('\n')).length;
      });
      expect(wrong.map(place)).toEqual([]);
    },
    patience,
  );

  it(
    'bring no error and take the finding along, or make it smaller',
    () => {
      const errors = (text: string): number =>
        analyse(text).findings.filter(({ severity }) => severity === 'error').length;
      const like = (text: string, { code, document, reason }: Finding) =>
        analyse(text).findings.filter(
          (one) => one.code === code && one.document === document && one.reason === reason,
        );
      const ports = (findings: readonly Finding[]): number =>
        findings.reduce((sum, finding) => sum + finding.ports.length, 0);
      const wrong = mending.filter(({ before, after, finding, fix }) => {
        const [old, now] = [like(before, finding), like(after, finding)];
        const isLess = fix.id === 'own-port-entry' ? ports(now) < ports(old) : now.length < old.length;
        return errors(after) > errors(before) || !isLess;
      });
      expect(wrong.map(place)).toEqual([]);
    },
    patience,
  );
});
