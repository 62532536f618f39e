import { Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { type Requests, requestOf, returnedHeaders } from './inner-request.js';
import { jsonOf, messageOf } from './json-messages.js';
import type { Operation } from './operations.js';
import type { Refusals } from './refusal.js';
import type { Members } from './schema.js';

/** Calls with one request and one response: each is a request to the API inside of the process. */
export class UnaryCalls {
  constructor(
    private readonly api: Requests,
    private readonly refusals: Refusals,
  ) {}

  /** @throws Refusal for every response of the API that is no success, UnreadableMessage */
  async run(call: ServerUnaryCall<Members, Members>, method: protobuf.Method, operation: Operation): Promise<Members> {
    const response = await this.api.request(
      call.metadata,
      requestOf(operation, call, jsonOf(method.resolvedRequestType!, call.request)),
    );
    const { statusCode, headers, body } = response;
    if (statusCode >= 400) throw this.refusals.ofProblem(statusCode, body, headers);
    const metadata = new Metadata();
    for (const [name, value] of returnedHeaders(headers)) metadata.set(name, value);
    call.sendMetadata(metadata);
    return messageOf(method.resolvedResponseType!, operation.answer(JSON.parse(body) as Members));
  }
}
