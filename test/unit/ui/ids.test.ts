import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noSettings, severityChoices } from '../../../src/core/policy/analysisSettings';
import { settingsFileName } from '../../../src/core/policy/settingsFileName';
import { findingCodes } from '../../../src/core/policy/finding';
import {
  clusterSettings,
  commands,
  contextKeys,
  itemKinds,
  languageModelTools,
  restrictedModeCommands,
  resultsPanelType,
  settings,
  viewContainer,
  views,
  walkthrough,
} from '../../../src/ids';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: string;
      readonly restrictedConfigurations: readonly string[];
    };
    readonly virtualWorkspaces: { readonly supported: string };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly viewsContainers: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string }[]>
    >;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly when?: string }[];
    readonly languageModelTools: readonly { readonly name: string }[];
    readonly yamlValidation: readonly { readonly fileMatch: string; readonly url: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly { readonly media: { readonly image: string } }[];
    }[];
  };
}

const root = new URL('../../../', import.meta.url);
const manifestText = readFileSync(new URL('package.json', root), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const words = JSON.parse(readFileSync(new URL('package.nls.json', root), 'utf8')) as Readonly<
  Record<string, string>
>;
const { contributes } = manifest;
const sorted = (ids: Iterable<string>): string[] => [...new Set(ids)].sort();

describe('package.json and src/ids.ts', () => {
  it.each([
    ['commands', contributes.commands.map(({ command }) => command), Object.values(commands)],
    [
      'views',
      Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id)),
      Object.values(views),
    ],
    [
      'settings',
      Object.keys(contributes.configuration.properties),
      [...Object.values(settings), ...Object.values(clusterSettings)],
    ],
    [
      'containers',
      Object.values(contributes.viewsContainers).flatMap((list) => list.map(({ id }) => id)),
      [viewContainer],
    ],
    [
      'language-model tools',
      contributes.languageModelTools.map(({ name }) => name),
      Object.values(languageModelTools),
    ],
    ['walkthroughs', contributes.walkthroughs.map(({ id }) => id), [walkthrough]],
  ])('name the same %s', (_what, contributed, named) => {
    expect(sorted(contributed)).toEqual(sorted(named));
  });

  it('take no setting from a folder that nobody vouched for, but of how findings are shown', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    const { diagnostics, codeLens, inlayHints } = settings;
    const free: ReadonlySet<string> = new Set([diagnostics, codeLens, inlayHints]);
    const all = Object.keys(contributes.configuration.properties);
    expect(untrustedWorkspaces.supported).toBe('limited');
    expect(sorted(untrustedWorkspaces.restrictedConfigurations)).toEqual(
      sorted(all.filter((name) => !free.has(name))),
    );
    expect(virtualWorkspaces.supported).toBe('limited');
  });

  it('disable the same commands in Restricted Mode', () => {
    const enabled = contributes.commands.filter(
      ({ enablement = '' }) => !/\bisWorkspaceTrusted\b/.test(enablement),
    );
    expect(sorted(enabled.map(({ command }) => command))).toEqual(sorted(restrictedModeCommands));
  });

  it('activates for the panel it restores', () => {
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${resultsPanelType}`);
  });

  it('binds menus and keys to commands, views and items that exist', () => {
    const bindings = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    const known: ReadonlySet<string> = new Set([
      ...Object.values(commands),
      ...Object.values(views),
      ...Object.values(contextKeys),
      ...Object.values(itemKinds),
      ...Object.values(settings).map((setting) => `config.${setting}`),
    ]);
    const named = bindings.flatMap(({ command, when }) => [
      command,
      ...(when?.match(/ciliumBench[\w.]*/g) ?? []),
    ]);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
    expect(sorted(contributes.viewsWelcome.map(({ view }) => view))).toEqual(sorted(Object.values(views)));
  });

  it('uses every kind of item in a menu', () => {
    expect(Object.values(itemKinds).filter((kind) => !manifestText.includes(`viewItem == ${kind}"`))).toEqual(
      [],
    );
  });

  it('has each word in package.nls.json, and no other', () => {
    const used = [...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
    expect(sorted(used)).toEqual(sorted(Object.keys(words)));
  });

  it('links to commands that exist', () => {
    const linked = [
      ...Object.values(words)
        .join(' ')
        .matchAll(/command:(ciliumBench[\w.]*)/g),
    ].map(([, id]) => id);
    expect(linked.filter((id) => !Object.values<string | undefined>(commands).includes(id))).toEqual([]);
  });

  it('describes the settings file by a schema that exists and knows every code and severity', () => {
    const [validation] = contributes.yamlValidation;
    expect(validation?.fileMatch).toBe(settingsFileName);
    const schema = JSON.parse(readFileSync(new URL(validation?.url ?? '', root), 'utf8')) as {
      readonly properties: {
        readonly severities: { readonly properties: Readonly<Record<string, unknown>> };
      };
      readonly $defs: { readonly severity: { readonly enum: readonly unknown[] } };
    };
    expect(Object.keys(schema.properties)).toEqual(Object.keys(noSettings));
    expect(Object.keys(schema.properties.severities.properties)).toEqual([...findingCodes]);
    expect(schema.$defs.severity.enum).toEqual([...severityChoices, false]);
  });

  it('names pictures that exist', () => {
    const pictures = [
      ...Object.values(contributes.viewsContainers).flatMap((list) => list.map(({ icon }) => icon)),
      ...Object.values(contributes.views).flatMap((list) => list.flatMap(({ icon }) => icon ?? [])),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.image)),
    ];
    expect(pictures.filter((picture) => !existsSync(new URL(picture, root)))).toEqual([]);
  });
});
