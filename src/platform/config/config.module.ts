import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock, SteadyClock } from '../../shared/clock.js';
import { Config } from './config.js';

/** The typed configuration and the clock, for every module. */
@Global()
@Module({ providers: [{ provide: Clock, useClass: SteadyClock }], exports: [Clock] })
export class ConfigModule {
  /** The entry point reads the configuration, before anything is built from it. */
  static of(config: Config): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: Config, useValue: config }], exports: [Config] };
  }
}
