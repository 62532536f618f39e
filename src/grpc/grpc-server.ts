import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { logFailure } from '../platform/database/index.js';
import { Draining, HealthService, httpStatusOf } from '../platform/health/index.js';
import { Logger } from '../platform/logging/index.js';
import { grpcSettings } from './grpc.settings.js';
import { InnerApi } from './inner-api.js';
import type { Listener } from './wire/listener.js';

/**
 * The gRPC server of an api. Its packages are loaded when it starts, so an api without GRPC_PORT never has them. It ends before the modules
 * that its calls need.
 */
@Injectable()
export class GrpcServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private listener: Listener | undefined;

  constructor(
    private readonly api: InnerApi,
    private readonly config: Config,
    private readonly draining: Draining,
    private readonly health: HealthService,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const settings = this.config.of(grpcSettings);
    if (!settings) return;
    const { listen } = await import('./wire/listener.js');
    this.listener = await listen({
      ...settings,
      host: this.config.http.host,
      api: this.api,
      isReady: async () => httpStatusOf(await this.health.check()) === 200,
      failed: (error) => logFailure(this.logger, 'a gRPC call failed', error),
    });
    this.draining.onBegin(() => this.listener?.drain());
    this.logger.info('gRPC is listening', { port: this.listener.port, tls: settings.tls !== undefined });
  }

  /** The port on which it listens. */
  get port(): number | undefined {
    return this.listener?.port;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener?.close();
  }
}
