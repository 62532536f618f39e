import type { components } from './generated/api.js';

/** The body of every error response (RFC 9457). */
export type Problem = components['schemas']['Problem'];
/** The stable codes of problems. */
export type ProblemCode = components['schemas']['ProblemCode'];

/** A response of Till that is an error, as an exception. */
export class TillProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;

  constructor(
    readonly problem: Problem,
    readonly response: Response,
  ) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'TillProblem';
    this.code = problem.code;
    this.status = problem.status;
  }
}

/** A response that is no answer of Till, such as the page of a proxy that can't reach it. */
export class UnexpectedResponse extends Error {
  constructor(readonly response: Response) {
    super(`The response ${response.status} is not one of Till's.`);
    this.name = 'UnexpectedResponse';
  }
}

interface Result<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * Returns the data of a response: `const order = await ok(till.POST('/v1/orders', ...))`.
 * @throws TillProblem, UnexpectedResponse
 */
export async function ok<T>(call: Result<T> | Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw isProblem(error) ? new TillProblem(error, response) : new UnexpectedResponse(response);
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'detail' in error && 'status' in error;
}
