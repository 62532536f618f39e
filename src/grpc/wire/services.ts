import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type StatusObject,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { countEnded } from './ended-calls.js';
import { LiveCalls } from './live-calls.js';
import { type Operation, OPERATIONS } from './operations.js';
import { Refusal, Refusals } from './refusal.js';
import type { Requests } from './inner-request.js';
import type { Members } from './schema.js';
import { UnaryCalls } from './unary-calls.js';
import { UnreadableMessage } from './unreadable-message.js';

const EVENTS = 'till.v1.EventService';
export const SERVICES = [...Object.keys(OPERATIONS), EVENTS];

/** What runs the calls of Till's services. */
export class Services {
  private readonly refusals = new Refusals(this.schema);

  /** `failed` hears of errors that nobody expects; their clients are told nothing but that. */
  constructor(
    private readonly schema: protobuf.Root,
    private readonly api: Requests,
    private readonly failed: (error: unknown) => void,
  ) {}

  handlersOf(name: string): UntypedServiceImplementation {
    const { methods } = this.schema.lookupService(name);
    if (name === EVENTS) return { StreamEvents: this.streaming(methods['StreamEvents']!) };
    const operations = Object.entries(OPERATIONS[name]!);
    return Object.fromEntries(operations.map(([method, it]) => [method, this.unary(methods[method]!, it)]));
  }

  private unary(method: protobuf.Method, operation: Operation): handleUnaryCall<Members, Members> {
    const unary = new UnaryCalls(this.api, this.refusals);
    return (call, callback) => {
      const ended = unary.run(call, method, operation).then((response) => {
        callback(null, response);
        countEnded(method.name, status.OK);
      });
      this.refuse(ended, method, callback);
    };
  }

  private streaming(method: protobuf.Method): handleServerStreamingCall<Members, Members> {
    const live = new LiveCalls(this.api, method, this.refusals);
    return (call) => {
      const ended = live.run(call).catch((error: unknown) => {
        if (!call.cancelled) throw error;
        countEnded(method.name, status.CANCELLED);
      });
      this.refuse(ended, method, (refusal) => call.emit('error', refusal));
    };
  }

  /** Ends a call that failed. What fails while it ends is a failure as any other, and never one of the process. */
  private refuse(ended: Promise<void>, method: protobuf.Method, end: (refusal: StatusObject) => void): void {
    const refuse = (error: unknown): void => {
      const refusal = this.refusalOf(error);
      end(refusal);
      countEnded(method.name, refusal.code);
    };
    void ended.catch(refuse).catch(refuse).catch(this.failed);
  }

  private refusalOf(error: unknown): StatusObject {
    if (error instanceof Refusal) return error.object;
    if (error instanceof UnreadableMessage) return this.refusals.of(status.INVALID_ARGUMENT, error.message).object;
    this.failed(error);
    return this.refusals.of(status.INTERNAL, 'The call failed in a way Till did not expect.').object;
  }
}
