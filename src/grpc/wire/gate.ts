import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface as Call,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { UnauthorizedException } from '@nestjs/common';
import type { InnerApi } from '../inner-api.js';
import { countEnded } from './ended-calls.js';
import { addressOf } from './inner-request.js';
import type { Refusals } from './refusal.js';

/** Probes send no token, and are not counted, as by REST. */
const OPEN = '/grpc.health.v1.Health/';

interface GateOptions {
  readonly api: Pick<InnerApi, 'count' | 'refused'>;
  readonly refusals: Refusals;
  /** How long a request may take to arrive, in milliseconds. */
  readonly lateMs: number;
  /** Ends the connection of a call whose request is late: what arrived of it is kept as long as the connection. */
  readonly cut: (peer: string) => void;
  readonly failed: (error: unknown) => void;
}

/** Refuses calls before anything of them is read: the library itself waits for the whole request. */
export class Gate {
  constructor(private readonly options: GateOptions) {}

  readonly interceptor: ServerInterceptor = ({ path }, call) => {
    const { lateMs, cut } = this.options;
    const late = setTimeout(() => cut(call.getPeer()), lateMs).unref();
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const admitted = this.admit(path, call, metadata).then(() => pass(metadata));
            void admitted.catch((error: unknown) => this.refuse(path, call, error)).catch(this.options.failed);
          },
          onReceiveHalfClose: (pass) => {
            clearTimeout(late);
            pass();
          },
          onCancel: () => clearTimeout(late),
        }),
    });
  };

  private async admit(path: string, call: Call, metadata: Metadata): Promise<void> {
    if (path.startsWith(OPEN)) return;
    await this.options.api.count(metadata, addressOf(call));
    if (metadata.get('authorization').length === 0)
      throw new UnauthorizedException('This needs an access token, and none was sent.');
  }

  private refuse(path: string, call: Call, error: unknown): void {
    const { api, refusals, failed } = this.options;
    const { statusCode, body, headers } = api.refused(error, path);
    if (statusCode >= 500) failed(error);
    const { object } = refusals.ofProblem(statusCode, body, headers);
    call.sendStatus(object);
    countEnded(path.slice(path.lastIndexOf('/') + 1), object.code);
  }
}
