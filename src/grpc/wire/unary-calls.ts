import { Metadata, type ServerUnaryCall, status } from '@grpc/grpc-js';
import type { FastifyInstance } from 'fastify';
import type protobuf from 'protobufjs';
import { requestOf, returnedHeaders } from './inner-request.js';
import { jsonOf, messageOf } from './json-messages.js';
import type { Operation } from './operations.js';
import type { Refusals } from './refusal.js';
import type { Members } from './schema.js';
import { UnreadableMessage } from './unreadable-message.js';

/** Calls with one request and one response: each is a request to the API inside of the process. */
export class UnaryCalls {
  constructor(
    private readonly http: FastifyInstance,
    private readonly refusals: Refusals,
  ) {}

  /** @throws Refusal for every response of the API that is no success */
  async run(call: ServerUnaryCall<Members, Members>, method: protobuf.Method, operation: Operation): Promise<Members> {
    const response = await this.http.inject(requestOf(operation, call, this.read(method, call.request)));
    const { statusCode, headers, body } = response;
    if (statusCode >= 400) throw this.refusals.ofProblem(statusCode, body, headers);
    const metadata = new Metadata();
    for (const [name, value] of returnedHeaders(headers)) metadata.set(name, value);
    call.sendMetadata(metadata);
    return messageOf(method.resolvedResponseType!, operation.answer(JSON.parse(body) as Members));
  }

  private read(method: protobuf.Method, message: Members): Members {
    try {
      return jsonOf(method.resolvedRequestType!, message);
    } catch (error) {
      if (error instanceof UnreadableMessage) throw this.refusals.of(status.INVALID_ARGUMENT, error.message);
      throw error;
    }
  }
}
