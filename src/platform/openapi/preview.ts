import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type Config, ConfigModule } from '../config/index.js';
import type { ConfiguredModule } from '../http/index.js';
import { createLogger, Logger, LoggingModule } from '../logging/index.js';
import { type ApiDescription, describeApi } from './openapi.js';

class Preview {}

/** Returns the OpenAPI document of a module without starting it: nothing is connected or constructed. */
export async function describeModule(
  module: ConfiguredModule,
  config: Config,
  description: ApiDescription,
): Promise<OpenAPIObject> {
  const logging = LoggingModule.of(new Logger(createLogger(config.logLevel)));
  const root = { module: Preview, imports: [ConfigModule.of(config), logging, module.configured?.(config) ?? module] };
  const options = { preview: true, logger: false as const, abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), options);
  return describeApi(app, config, description);
}
