/** As much of ws 8.23.0 as is used: its own package has no types. */
declare module 'ws' {
  import type { Duplex, Writable } from 'node:stream';

  interface ReceiverEvents {
    message: [data: Buffer, isBinary: boolean];
    ping: [data: Buffer];
    /** The peer closes. */
    conclude: [code: number, reason: Buffer];
    error: [error: Error & { readonly code?: string }];
  }

  /** Reads frames, and joins them to messages. */
  export class Receiver extends Writable {
    constructor(options: { readonly isServer: boolean; readonly maxPayload: number });
    override on<Name extends keyof ReceiverEvents>(
      event: Name,
      listener: (...values: ReceiverEvents[Name]) => void,
    ): this;
  }

  /** Writes frames. */
  export class Sender {
    constructor(socket: Duplex);
    pong(data: Buffer, isMasked: boolean): void;
    close(code: number, reason: string, isMasked: boolean): void;
  }
}
