import type { LoadTool } from './tool';

/** No load at all: what is measured are the components of the datapath, which the bench watches meanwhile. */
export const idle: LoadTool = {
  name: 'idle',
  server: null,

  supports: (load) => load.kind === 'idle',

  argv: (_load, _address, _request, seconds) => ['idle', String(seconds)],

  parse: (_load, { stderr, exitCode }) => ({
    values: {},
    requests: null,
    invalidReasons: exitCode === 0 ? [] : [stderr || 'idle did not last its time'],
  }),
};
