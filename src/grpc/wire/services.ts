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
      unary.run(call, method, operation).then(
        (response) => {
          count(method, status.OK);
          callback(null, response);
        },
        (error: unknown) => callback(this.end(method, error)),
      );
    };
  }

  private streaming(method: protobuf.Method): handleServerStreamingCall<Members, Members> {
    const live = new LiveCalls(this.http, method, this.refusals);
    return (call) => {
      live.run(call).catch((error: unknown) => {
        if (call.cancelled) count(method, status.CANCELLED);
        else call.emit('error', this.end(method, error));
      });
    };
  }

  private end(method: protobuf.Method, error: unknown): StatusObject {
    if (!(error instanceof Refusal)) this.failed(error);
    const { object } =
      error instanceof Refusal
        ? error
        : this.refusals.of(status.INTERNAL, 'The call failed in a way Till did not expect.');
    count(method, object.code);
    return object;
  }
}

function count({ name }: protobuf.Method, code: status): void {
  calls.inc({ method: name, code: status[code] });
}
