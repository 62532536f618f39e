import { Global, Module } from '@nestjs/common';
import { Config } from '../config/index.js';
import { createLogger, Logger } from './logger.js';

@Global()
@Module({
  providers: [
    { provide: Logger, inject: [Config], useFactory: (config: Config) => new Logger(createLogger(config.logLevel)) },
  ],
  exports: [Logger],
})
export class LoggingModule {}
