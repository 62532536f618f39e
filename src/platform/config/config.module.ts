import { Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../shared/clock.js';
import { Config, loadConfig } from './config.js';

/** The typed configuration and the clock, for every module. */
@Global()
@Module({
  providers: [
    // The one place that reads the environment.
    { provide: Config, useFactory: () => loadConfig(process.env) },
    { provide: Clock, useClass: SystemClock },
  ],
  exports: [Config, Clock],
})
export class ConfigModule {}
