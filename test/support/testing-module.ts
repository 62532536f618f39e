import type { ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { ConfigModule } from '../../src/platform/config/index.js';
import { createLogger, Logger, LoggingModule } from '../../src/platform/logging/index.js';
import { loadConfig } from '../../src/settings.js';
import { platformModules } from './platform-modules.js';
import { redisDatabase } from './redis.js';

/**
 * Nest's testing module of some modules on this database, without HTTP: override what the test stands in for, `compile()`
 * and `init()` it.
 */
export async function testingModule(
  databaseUrl: string,
  imports: ModuleMetadata['imports'],
): Promise<TestingModuleBuilder> {
  const servers = { DATABASE_URL: databaseUrl, REDIS_URL: await redisDatabase() };
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...servers });
  const logging = LoggingModule.of(new Logger(createLogger('silent')));
  return Test.createTestingModule({
    imports: [ConfigModule.of(config), logging, ...platformModules, ...(imports ?? [])],
  });
}
