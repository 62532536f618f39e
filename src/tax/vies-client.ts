import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import { type ViesAnswer, viesAnswerOf } from './domain/vies-answer.js';
import { limitedText } from './limited-text.js';
import { viesSettings, type ViesSettings } from './vies.settings.js';

/** Some member states take a quarter of a minute. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 65_536;

/** Asks VIES, the EU's service that knows its VAT ids, by its REST API. */
@Injectable()
export class ViesClient {
  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
  ) {}

  /** Returns VIES' answer, or why there is none. Follows no redirect. @throws Error inside a transaction, or without VIES_URL */
  async ask(vatId: string): Promise<ViesAnswer> {
    const settings = this.config.of(viesSettings);
    if (this.tx.isRunning) throw new Error('VIES must not be asked inside a transaction.');
    if (!settings) throw new Error('VIES_URL is not set.');
    const number = numberOf(vatId);
    const response = await send(settings, number).catch((error: unknown) => error);
    if (!(response instanceof Response)) return { unanswered: isTimeout(response) ? 'TIMEOUT' : 'UNREACHABLE' };
    const body = await bodyOf(response).catch(() => undefined);
    const answer = viesAnswerOf(body, number);
    return response.ok || isRefusal(body) ? answer : { unanswered: `HTTP_${response.status}` };
  }
}

const numberOf = (vatId: string) => ({ countryCode: vatId.slice(0, 2), vatNumber: vatId.slice(2) });

function send({ url, requester }: ViesSettings, number: ReturnType<typeof numberOf>): Promise<Response> {
  const own = requester === undefined ? undefined : numberOf(requester);
  const body = {
    ...number,
    ...(own && { requesterMemberStateCode: own.countryCode, requesterNumber: own.vatNumber }),
  };
  return fetch(`${url.replace(/\/$/, '')}/check-vat-number`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** @throws Error for a body that is too large, or no JSON */
const bodyOf = async (response: Response): Promise<unknown> =>
  JSON.parse(await limitedText(response, MAX_ANSWER_BYTES));

/** VIES sends its faults with 4xx and 5xx too. */
const isRefusal = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && Array.isArray((body as { errorWrappers?: unknown }).errorWrappers);

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';
