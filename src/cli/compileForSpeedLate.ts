import { setFlagsFromString } from 'node:v8';

/**
 * How often a function runs before V8 compiles it for speed, by V8's major version: in bytes of bytecode for Node 20, in calls for
 * 22 and 24 (`node --v8-options`). V8's own numbers, 67584 and 3000, are for processes that stay.
 */
const flags: ReadonlyMap<string, string> = new Map([
  ['11', '--interrupt-budget=600000'],
  ['12', '--invocation-count-for-turbofan=12000'],
  ['13', '--invocation-count-for-turbofan=12000'],
]);

/**
 * For a process that is over in a moment: a third of what a lint of some hundred files takes of the processor is compiling that
 * does not pay any more. What thousands of files run is compiled all the same. A version that is not known is left as it is.
 */
export function compileForSpeedLate(): void {
  const flag = flags.get(process.versions.v8.split('.', 1)[0] ?? '');
  if (flag !== undefined) setFlagsFromString(flag);
}
