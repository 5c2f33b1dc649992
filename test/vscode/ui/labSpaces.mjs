// Which network namespaces a process and its children use, read from /proc: how a test sees that a lab is there, and
// that nothing of it is left.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** All processes that can be read, each with its parent and its network namespace. */
function processes() {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      // The name in brackets may hold anything; the state and the parent follow the last bracket.
      const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return [{ pid: Number(pid), parent: Number(parent), space: readlinkSync(`/proc/${pid}/ns/net`) }];
    } catch {
      return []; // It has ended, or is another user's.
    }
  });
}

/** The network namespaces below a process, besides our own. */
export function spacesBelow(pid) {
  const all = processes();
  const own = readlinkSync('/proc/self/ns/net');
  const below = new Set([pid]);
  // A child may have a lower number than its parent: numbers wrap.
  for (let before = 0; before !== below.size;) {
    before = below.size;
    for (const process of all) if (below.has(process.parent)) below.add(process.pid);
  }
  return new Set(all.filter((one) => below.has(one.pid) && one.space !== own).map(({ space }) => space));
}

/** How many processes still use one of these namespaces, whoever their parent is by now. */
export const usersOf = (spaces) => processes().filter(({ space }) => spaces.has(space)).length;
