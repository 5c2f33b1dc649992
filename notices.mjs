// The licences of the packages whose code is in dist/, as those licences ask. Called by the build.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folder of the package that an input of a bundle belongs to; undefined for our own files. */
function packageFolder(input) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenceText(folder) {
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return name === undefined ? undefined : readFileSync(path.join(folder, name), 'utf8').trim();
}

/** One text for all packages in these bundles (esbuild metafiles), by name. */
export function thirdPartyNotices(root, metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    const text = licenceText(path.join(root, folder)) ?? `Licence as its package says: ${license}.`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `Cilium Bench contains code of these packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
