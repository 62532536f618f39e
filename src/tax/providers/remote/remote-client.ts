import { Fault } from '../../../platform/logging/index.js';
import { limitedText } from '../../limited-text.js';
import { TaxCallRefused } from '../tax-provider.js';

/** Answers are small: of the largest order some 300 kB. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** The statuses of a refusal: to repeat the same request is of no use. */
const REFUSALS = new Set([400, 404, 409, 410, 413, 422]);

export interface RemoteTaxSettings {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
}

/** The service did not do what it was asked, or nobody knows. */
export class TaxServiceFailed extends Fault {}

/** Posts JSON to a tax provider, without following redirects, and returns its answer. Messages of errors name no secret. */
export class RemoteTaxClient {
  constructor(private readonly settings: RemoteTaxSettings) {}

  /** Returns the body. @throws TaxCallRefused for a refusal, TaxServiceFailed for every other failure */
  async post(path: string, body: object, signal: AbortSignal, key?: string): Promise<unknown> {
    const response = await this.send(path, body, signal, key);
    const text = await limitedText(response, MAX_ANSWER_BYTES).catch((error: unknown) =>
      failed('its answer broke off', error),
    );
    if (response.ok) return jsonOf(text);
    if (REFUSALS.has(response.status))
      throw new TaxCallRefused(messageIn(text) ?? `HTTP ${response.status}, without a message`);
    throw new TaxServiceFailed(`The tax provider returned HTTP ${response.status}.`);
  }

  private async send(path: string, body: object, signal: AbortSignal, key?: string): Promise<Response> {
    const { url, token } = this.settings;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal, redirect: 'error' } as const;
    return fetch(`${url.replace(/\/+$/, '')}/${path}`, request).catch((error: unknown) =>
      failed(signal.aborted ? 'it did not answer in time' : 'it cannot be reached', error),
    );
  }
}

function failed(why: string, cause: unknown): never {
  throw new TaxServiceFailed(`The tax provider failed: ${why}.`, { cause });
}

function jsonOf(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    return failed('its answer is no JSON', error);
  }
}

/** What the service says about a refusal, in one short line. */
function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string'
      ? message
          .replaceAll(/[\p{C}\s]+/gu, ' ')
          .slice(0, 200)
          .toWellFormed()
      : undefined;
  } catch {
    return undefined;
  }
}
