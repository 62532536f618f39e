import { Module, type Type } from '@nestjs/common';
import { AuthApiModule } from '../../src/auth/auth.api.module.js';
import { AuthModule, AuthService } from '../../src/auth/index.js';
import type { Role } from '../../src/platform/access/index.js';
import { loadConfig } from '../../src/settings.js';
import { createHttpApp } from '../../src/platform/http/index.js';
import { UsersModule, UsersService } from '../../src/users/index.js';
import { UsersApiModule } from '../../src/users/users.api.module.js';
import { httpClient } from './http-client.js';
import { platformModules } from './platform-modules.js';

const PASSWORD = 'a long enough password';

export type AuthApi = Awaited<ReturnType<typeof startAuthApi>>;

interface Setup {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly controllers?: readonly Type[];
}

/** Users and auth, and the controllers given, behind a real HTTP port. */
export async function startAuthApi({ databaseUrl, redisUrl, env, controllers = [] }: Setup) {
  @Module({
    imports: [...platformModules, UsersModule, UsersApiModule, AuthModule, AuthApiModule],
    controllers: [...controllers],
  })
  class AuthApiUnderTest {}

  const settings = { NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...env };
  const app = await createHttpApp(AuthApiUnderTest, loadConfig(settings));
  await app.listen(0, '127.0.0.1');
  const request = httpClient(await app.getUrl());

  const login = async (email: string, password = PASSWORD): Promise<string> => {
    const answer = await request<{ accessToken: string }>('POST /v1/auth/login', { body: { email, password } });
    return answer.body.accessToken;
  };
  /** Makes an account that can sign in with `PASSWORD`, and answers a token for it. */
  const signedIn = async (email: string, ...roles: Role[]): Promise<string> => {
    const passwordHash = await app.get(AuthService).hashPassword(PASSWORD);
    await app.get(UsersService).ensure({ email, name: email, roles, passwordHash });
    return login(email);
  };
  return { app, request, login, signedIn, close: () => app.close() };
}
