import { type sendUnaryData, type ServerUnaryCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Members } from './schema.js';

/** Of `grpc.health.v1`. */
const [SERVING, NOT_SERVING] = [1, 2] as const;

type Watch = ServerWritableStream<Members, Members>;

/** The health checking protocol of gRPC, for probes and balancers (https://grpc.io/docs/guides/health-checking). */
export class GrpcHealth {
  private readonly watches = new Set<Watch>();
  private isEnding = false;

  /** `services` may be asked for by name. `isReady` returns whether the process serves requests now, as its readiness says. */
  constructor(
    private readonly services: readonly string[],
    private readonly isReady: () => Promise<boolean>,
  ) {}

  readonly handlers = {
    Check: ({ request }: ServerUnaryCall<Members, Members>, callback: sendUnaryData<Members>): void => {
      if (!this.knows(request)) return callback({ code: status.NOT_FOUND, details: 'There is no such service.' });
      void this.state().then((found) => callback(null, found));
    },
    Watch: (call: Watch): void => {
      this.watches.add(call);
      call.on('cancelled', () => this.watches.delete(call));
      void this.state().then((found) => this.watches.has(call) && call.write(found));
    },
  };

  /** Tells those who watch that the process is about to end. */
  end(): void {
    this.isEnding = true;
    for (const call of this.watches) {
      call.write({ status: NOT_SERVING });
      call.end();
    }
    this.watches.clear();
  }

  private knows({ service = '' }: Members): boolean {
    return service === '' || this.services.includes(service as string);
  }

  private async state(): Promise<Members> {
    const isServing = !this.isEnding && (await this.isReady().catch(() => false));
    return { status: isServing ? SERVING : NOT_SERVING };
  }
}
