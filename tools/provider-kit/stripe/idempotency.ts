import { StripeFailure } from './failure.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Remembered {
  readonly fingerprint: string;
  answer?: Answer;
}

/** https://docs.stripe.com/api/idempotent_requests: the first answer to a key again, an error for other parameters. */
export class IdempotencyKeys {
  private readonly keys = new Map<string, Remembered>();

  /** The answer of the first run; undefined when this is it. */
  begin(key: string, fingerprint: string): Answer | undefined {
    const first = this.keys.get(key);
    if (!first) {
      this.keys.set(key, { fingerprint });
      return undefined;
    }
    if (first.fingerprint !== fingerprint) {
      throw new StripeFailure(400, {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      });
    }
    if (first.answer) return first.answer;
    throw new StripeFailure(409, {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key: ${key}.`,
    });
  }

  keep(key: string, answer: Answer): void {
    this.keys.get(key)!.answer = answer;
  }

  /** Of a request that was refused before it began. */
  forget(key: string): void {
    this.keys.delete(key);
  }

  /** As after a day. */
  forgetAll(): void {
    this.keys.clear();
  }
}
