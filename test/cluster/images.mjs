// Container images from files of this machine, as archives that `ctr images import` takes. Nothing is ever pulled.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, realpath, symlink, writeFile, chmod } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run } from './commands.mjs';
import { programPath } from './debian.mjs';
import { keyOf } from './store.mjs';

/** What `os.arch()` is called in images. */
const architectures = { x64: 'amd64', arm64: 'arm64' };

/** The libraries that a program loads, by `ldd`; none for a static one, for which it fails. */
async function librariesOf(program) {
  const words = await run('ldd', [program]).catch(() => '');
  return [...words.matchAll(/(\/\S+) \(0x/g)].map(([, file]) => file);
}

/**
 * What lies in each image: its entry point, and its files with their path in the image and where they are here. `bin` maps the
 * names of the programs that were built to where they are.
 */
async function imageFiles(bin, env) {
  const one = (name, target) => ({
    entrypoint: [`/${target}`],
    files: [[target, bin.get(name)]],
    commands: [],
  });
  const tools = ['busybox', 'iperf3', 'sockperf'].map((name) => programPath(name, env));
  const libraries = new Set((await Promise.all(tools.map(librariesOf))).flat());
  const [busybox, iperf3, sockperf] = tools;
  return {
    pause: one('pause', 'pause'),
    coredns: one('coredns', 'coredns'),
    fortio: one('fortio', 'usr/bin/fortio'),
    tools: {
      entrypoint: null,
      files: [
        ['bin/busybox', busybox],
        ['usr/bin/iperf3', iperf3],
        ['usr/bin/sockperf', sockperf],
        ...[...libraries].map((file) => [file.slice(1), file]),
      ],
      commands: (await run(busybox, ['--list']))
        .split('\n')
        .filter((name) => name !== '' && name !== 'busybox'),
    },
  };
}

/** The images, each `{name, key, pack(folder)}`: `pack` writes NAME.tar into a folder. */
export async function images(bin, env) {
  const all = await imageFiles(bin, env);
  return Promise.all(
    Object.entries(all).map(async ([name, image]) => {
      const files = await Promise.all(
        image.files.map(async ([target, source]) => [target, await realpath(source)]),
      );
      const contents = await Promise.all(files.map(([, source]) => readFile(source)));
      const key = keyOf(
        ...[JSON.stringify([image.entrypoint, image.commands, files.map(([target]) => target)]), ...contents],
      );
      return { name, key, pack: (folder) => pack(folder, name, { ...image, files }) };
    }),
  );
}

async function pack(folder, name, { entrypoint, files, commands }) {
  const root = path.join(folder, 'root');
  for (const [target, source] of files) {
    const file = path.join(root, target);
    await mkdir(path.dirname(file), { recursive: true });
    await copyFile(source, file);
    await chmod(file, 0o755);
  }
  for (const command of commands) await symlink('busybox', path.join(root, 'bin', command));
  await mkdir(path.join(root, 'etc'));
  await writeFile(
    path.join(root, 'etc', 'passwd'),
    'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
  );
  await mkdir(path.join(root, 'tmp'));
  await chmod(path.join(root, 'tmp'), 0o1777);

  const layer = path.join(folder, 'layer.tar');
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', [...same, '-C', root, '-cf', layer, '.']);
  const digest = createHash('sha256')
    .update(await readFile(layer))
    .digest('hex');
  const config = {
    architecture: architectures[os.arch()],
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin'], Entrypoint: entrypoint, WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  const manifest = [
    { Config: 'config.json', RepoTags: [`registry.local/${name}:dev`], Layers: ['layer.tar'] },
  ];
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  await run('tar', [
    '-C',
    folder,
    '-cf',
    path.join(folder, `${name}.tar`),
    'manifest.json',
    'config.json',
    'layer.tar',
  ]);
  await run('rm', ['-r', root, layer, path.join(folder, 'config.json'), path.join(folder, 'manifest.json')]);
}
