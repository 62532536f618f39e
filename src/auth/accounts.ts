import { Injectable } from '@nestjs/common';
import { createValidationPipe } from '../platform/http/index.js';
import { CommandRefused } from '../platform/process/index.js';
import { CreateUserDto, type User, UsersService } from '../users/index.js';
import { assertHardToGuess } from './domain/password-policy.js';
import { PasswordDto } from './dto/password.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { SecondFactorsService } from './second-factors/second-factors.service.js';

/** The first values of a new account. */
export interface AccountWish {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
}

const pipe = createValidationPipe();

/** Accounts that an operator makes from the command line, such as the first administrator. */
@Injectable()
export class Accounts {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly factors: SecondFactorsService,
  ) {}

  /**
   * Makes an account that can sign in. Asks for the password last, once everything else is valid.
   * @throws ValidationFailed, EmailTaken
   */
  async create(wish: AccountWish, askForPassword: () => Promise<string>): Promise<User> {
    const user = await validated(CreateUserDto, wish);
    const passwordHash = await this.hash(await askForPassword(), user.email);
    return this.users.createWithPassword({ ...user, roles: user.roles ?? ['customer'], passwordHash });
  }

  /** Sets the password of an account, with or without an earlier one. @throws CommandRefused, ValidationFailed */
  async setPassword(email: string, askForPassword: () => Promise<string>): Promise<User> {
    const user = await this.find(email);
    await this.users.setPasswordHash(user.id, await this.hash(await askForPassword(), user.email));
    return user;
  }

  /** Removes the second factors of somebody who lost them, once the operator knows that it is them. @throws CommandRefused, PasswordTooShort */
  async removeFactors(email: string): Promise<User> {
    const user = await this.find(email);
    if (!(await this.factors.removeAll(user.id))) throw new CommandRefused(`${email} has no second factor.`);
    return user;
  }

  /** All accounts, newest first. */
  async *all(): AsyncGenerator<User> {
    for (let cursor: string | undefined, more = true; more;) {
      const page = await this.users.list({ limit: 100, ...(cursor && { cursor }) });
      yield* page.data;
      cursor = page.nextCursor ?? undefined;
      more = cursor !== undefined;
    }
  }

  private async find(email: string): Promise<User> {
    const user = await this.users.findByEmail(email);
    if (!user) throw new CommandRefused(`There is no account with the e-mail address ${email}.`);
    return user;
  }

  private async hash(given: string, email: string): Promise<string> {
    const { password } = await validated(PasswordDto, { password: given });
    assertHardToGuess(password, email);
    return this.passwords.hash(password);
  }
}

function validated<T>(metatype: new () => T, value: object): Promise<T> {
  return pipe.transform(value, { type: 'body', metatype }) as Promise<T>;
}
