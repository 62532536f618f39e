import { type sendUnaryData, type ServerUnaryCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Members } from './schema.js';

/** Of `grpc.health.v1`. */
const [SERVING, NOT_SERVING, SERVICE_UNKNOWN] = [1, 2, 3] as const;
/** How often watches look for a change, in milliseconds: readiness itself is no newer. */
const LOOK_MS = 1000;

type Watch = ServerWritableStream<Members, Members>;
type State = typeof SERVING | typeof NOT_SERVING | typeof SERVICE_UNKNOWN;

/** The health checking protocol of gRPC, for probes and balancers (https://grpc.io/docs/guides/health-checking). */
export class GrpcHealth {
  /** With what each was told last. */
  private readonly watches = new Map<Watch, State | undefined>();
  private timer: NodeJS.Timeout | undefined;
  private isEnding = false;

  /** `services` may be asked for by name. `isReady` returns whether the process serves requests now, as its readiness says. */
  constructor(
    private readonly services: readonly string[],
    private readonly isReady: () => Promise<boolean>,
  ) {}

  readonly handlers = {
    Check: ({ request }: ServerUnaryCall<Members, Members>, callback: sendUnaryData<Members>): void => {
      if (!this.knows(request)) return callback({ code: status.NOT_FOUND, details: 'There is no such service.' });
      void this.state().then((found) => callback(null, { status: found }));
    },
    /** Tells the state, and each change until the call ends. An unknown service is no error: the protocol keeps that call open. */
    Watch: (call: Watch): void => {
      this.watches.set(call, undefined);
      for (const event of ['cancelled', 'close']) call.on(event, () => this.forget(call));
      this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
      void this.look();
    },
  };

  /** Tells those who watch that the process is about to end, and ends their calls. */
  end(): void {
    this.isEnding = true;
    for (const call of this.watches.keys()) {
      this.tell(call, NOT_SERVING);
      call.end();
      this.forget(call);
    }
  }

  private async look(): Promise<void> {
    const found = await this.state();
    for (const call of this.watches.keys()) this.tell(call, found);
  }

  private tell(call: Watch, found: State): void {
    const state = this.knows(call.request) ? found : SERVICE_UNKNOWN;
    if (this.watches.get(call) === state) return;
    this.watches.set(call, state);
    call.write({ status: state });
  }

  private forget(call: Watch): void {
    this.watches.delete(call);
    if (this.watches.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private knows({ service = '' }: Members): boolean {
    return service === '' || this.services.includes(service as string);
  }

  private async state(): Promise<State> {
    const isReady = !this.isEnding && (await this.isReady().catch(() => false));
    return isReady && !this.isEnding ? SERVING : NOT_SERVING;
  }
}
