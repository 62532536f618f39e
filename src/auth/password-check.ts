import { Injectable } from '@nestjs/common';
import { SignInLimit } from '../platform/throttling/index.js';
import type { Credentials } from '../users/index.js';
import { PasswordHasher } from './password-hasher.js';

/** Checks the password of somebody who is signed in. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly limit: SignInLimit,
    private readonly hasher: PasswordHasher,
  ) {}

  /** An access token that is stolen allows no more guesses than a sign-in. @throws RateLimited, SignInDelayed, Overloaded */
  async matches({ email, passwordHash }: Credentials, password: string, address: string): Promise<boolean> {
    const attempt = await this.limit.begin(email, address, () => Promise.resolve(true));
    const right = await this.hasher.matches(password, passwordHash, address);
    await (right ? attempt.succeeded() : attempt.failed());
    return right;
  }
}
