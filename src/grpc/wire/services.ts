import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type StatusObject,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import type protobuf from 'protobufjs';
import { LiveCalls } from './live-calls.js';
import { type Operation, OPERATIONS } from './operations.js';
import { Refusal, Refusals } from './refusal.js';
import type { Members } from './schema.js';
import { UnaryCalls } from './unary-calls.js';

const EVENTS = 'till.v1.EventService';
export const SERVICES = [...Object.keys(OPERATIONS), EVENTS];

const calls = new Counter({
  name: 'till_grpc_calls_total',
  help: 'Calls by gRPC that ended, by method and status.',
  labelNames: ['method', 'code'],
});

/** What runs the calls of Till's services. */
export class Services {
  private readonly refusals = new Refusals(this.schema);

  /** `failed` hears of errors that nobody expects; their clients are told nothing but that. */
  constructor(
    private readonly schema: protobuf.Root,
    private readonly http: FastifyInstance,
    private readonly failed: (error: unknown) => void,
  ) {}

  handlersOf(name: string): UntypedServiceImplementation {
    const { methods } = this.schema.lookupService(name);
    if (name === EVENTS) return { StreamEvents: this.streaming(methods['StreamEvents']!) };
    const operations = Object.entries(OPERATIONS[name]!);
    return Object.fromEntries(operations.map(([method, it]) => [method, this.unary(methods[method]!, it)]));
  }

  private unary(method: protobuf.Method, operation: Operation): handleUnaryCall<Members, Members> {
    const unary = new UnaryCalls(this.http, this.refusals);
    return (call, callback) => {
      const ended = unary.run(call, method, operation).then((response) => {
        callback(null, response);
        count(method, status.OK);
      });
      this.refuse(ended, method, callback);
    };
  }

  private streaming(method: protobuf.Method): handleServerStreamingCall<Members, Members> {
    const live = new LiveCalls(this.http, method, this.refusals);
    return (call) => {
      const ended = live.run(call).catch((error: unknown) => {
        if (!call.cancelled) throw error;
        count(method, status.CANCELLED);
      });
      this.refuse(ended, method, (refusal) => call.emit('error', refusal));
    };
  }

  /** Ends a call that failed. What fails while it ends is a failure as any other, and never one of the process. */
  private refuse(ended: Promise<void>, method: protobuf.Method, end: (refusal: StatusObject) => void): void {
    const refuse = (error: unknown): void => {
      const refusal = this.refusalOf(error);
      end(refusal);
      count(method, refusal.code);
    };
    void ended.catch(refuse).catch(refuse).catch(this.failed);
  }

  private refusalOf(error: unknown): StatusObject {
    if (error instanceof Refusal) return error.object;
    this.failed(error);
    return this.refusals.of(status.INTERNAL, 'The call failed in a way Till did not expect.').object;
  }
}

function count({ name }: protobuf.Method, code: status): void {
  calls.inc({ method: name, code: status[code] });
}
