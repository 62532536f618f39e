import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Config, ConfigModule } from '../config/index.js';
import { createLogger, Logger, LoggingModule, stderr } from '../logging/index.js';

class Command {}

/** Runs one method of one provider of the module, without HTTP, logging to stderr. */
export async function runCommand<S, T>(
  module: Type,
  config: Config,
  service: Type<S>,
  run: (service: S) => Promise<T>,
): Promise<T> {
  const logger = new Logger(createLogger(config.logLevel, stderr()));
  const root = { module: Command, imports: [ConfigModule.of(config), LoggingModule.of(logger), module] };
  const app = await NestFactory.createApplicationContext(root, { logger, abortOnError: false });
  try {
    return await run(app.get(service, { strict: false }));
  } finally {
    await app.close();
  }
}
