import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { Config } from '../platform/config/index.js';
import { problemBody, problemOf } from '../platform/http/index.js';
import { AddressLimit, type Counted } from '../platform/throttling/index.js';

/** The refusal of a call, as the API sends it. */
export interface RefusedCall {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The API inside of the process. A call is counted before it is read, and its request is not counted again. */
@Injectable()
export class InnerApi {
  private readonly counted = new WeakMap<object, Counted>();

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly limit: AddressLimit,
    private readonly config: Config,
  ) {}

  /** Counts a call for the address that it comes from. `call` is any object that is its own. @throws RateLimited */
  async count(call: object, address: string): Promise<void> {
    this.counted.set(call, await this.limit.countCall(address));
  }

  /** Sends the request of a call. */
  request(call: object, options: InjectOptions): Promise<LightMyRequestResponse> {
    const send = async () => await this.adapter.httpAdapter.getInstance<FastifyInstance>().inject(options);
    const counted = this.counted.get(call);
    return counted ? this.limit.asCounted(counted, send) : send();
  }

  /** Returns the response to a request that ends with this error. */
  refused(error: unknown, url: string): RefusedCall {
    const problem = problemOf(error);
    const id = randomUUID();
    const { retryAfterSeconds: seconds } = problem;
    return {
      statusCode: problem.status,
      headers: { 'x-request-id': id, ...(seconds !== undefined && { 'retry-after': String(seconds) }) },
      body: JSON.stringify(problemBody(problem, this.config.http.publicUrl, { url, id })),
    };
  }
}
