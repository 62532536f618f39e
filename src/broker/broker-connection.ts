import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ChannelModel, ConfirmChannel, RecoveringChannelModel } from 'amqplib';
import { Config } from '../platform/config/index.js';
import { Postponed } from '../platform/delivery/index.js';
import { Degradations } from '../platform/health/index.js';
import { Fault, Logger, reasonOf } from '../platform/logging/index.js';
import { counter, gauge } from '../platform/metrics/index.js';
import { brokerSettings, type BrokerSettings } from './broker.settings.js';
import { problemOf } from './domain/broker-problem.js';
import type { Message } from './domain/cloud-event.js';

/** How long the broker may take to confirm a message, in milliseconds; then the connection is replaced. */
const CONFIRM_MS = 30_000;
/** How long to wait before replacing a channel that the broker closed, in milliseconds: the cause may last. */
const REST_MS = 5000;
/** How long an event waits that the broker did not get, in seconds. */
export const AGAIN_SECONDS = 1;

const unrouted = counter(
  'till_broker_unrouted_total',
  'Messages that the broker confirmed and put into no queue, since none is bound for their type.',
  {},
);

/** The connection of this process to the broker. It is made anew whenever it ends. */
@Injectable()
export class BrokerConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly settings: BrokerSettings;
  private connection: RecoveringChannelModel | undefined;
  private channel: { readonly confirms: ConfirmChannel; readonly model: ChannelModel } | undefined;
  private away: string | undefined = 'It has not answered yet.';

  constructor(
    config: Config,
    private readonly logger: Logger,
    degradations: Degradations,
  ) {
    this.settings = config.of(brokerSettings);
    degradations.add('broker', () =>
      this.away === undefined ? undefined : `Events for the broker wait. ${this.away}`,
    );
    const help = 'Whether the broker takes messages of this process (1) or not (0).';
    gauge('till_broker_connected', help, [], (set) => set({}, this.isReady ? 1 : 0), 'min');
  }

  /** Loads the library, and does not wait for the broker. */
  async onModuleInit(): Promise<void> {
    const { url, ca, exchange } = this.settings;
    const { open } = await import('./amqp.js');
    this.connection = await open(
      { url: url!, ca, exchange },
      {
        opened: (confirms, model) => this.use(confirms, model),
        failed: (error) => this.fail(problemOf(error), error),
        blocked: (reason) => this.fail(`It takes no messages (${reason}).`),
        unblocked: () => this.recover(),
      },
    );
  }

  async onApplicationShutdown(): Promise<void> {
    this.channel = undefined;
    await this.connection?.close();
  }

  /** Whether messages can be sent now. */
  get isReady(): boolean {
    return this.channel !== undefined && this.away === undefined;
  }

  /**
   * Sends a message that survives a restart of the broker, and returns when the broker has taken responsibility for it.
   * @throws Postponed when there is no connection, or it ends first: the broker may have the message. Fault when the broker refuses it
   */
  async publish(id: string, { routingKey, content, ...rest }: Message, at: Date): Promise<void> {
    const { channel } = this;
    if (!channel) throw new Postponed('There is no connection to the broker.', AGAIN_SECONDS);
    const options = { messageId: id, type: routingKey, timestamp: Math.floor(at.getTime() / 1000), appId: 'till' };
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => this.drop(channel.model), CONFIRM_MS);
      const confirmed = (error: Error | null) => {
        clearTimeout(late);
        if (error === null) resolve();
        else reject(refusalOf(error));
      };
      try {
        const all = { ...rest, ...options, persistent: true, mandatory: true };
        channel.confirms.publish(this.settings.exchange, routingKey, content, all, confirmed);
      } catch (error) {
        clearTimeout(late);
        reject(error instanceof RangeError ? error : new Postponed('The connection has ended.', AGAIN_SECONDS));
      }
    });
  }

  private use(confirms: ConfirmChannel, model: ChannelModel): void {
    this.channel = { confirms, model };
    confirms.on('return', () => unrouted.inc({}));
    confirms.once('error', (error) => this.fail(problemOf(error), error));
    // A channel may end alone, as when somebody deletes the exchange: a new connection brings a new one.
    confirms.once('close', () => {
      if (this.channel?.confirms === confirms) this.channel = undefined;
      setTimeout(() => this.drop(model), REST_MS).unref();
    });
    this.recover();
  }

  /** Ends a connection; another one is made. What was not confirmed on it is sent again. */
  private drop(model: ChannelModel): void {
    if (this.channel?.model === model) this.channel = undefined;
    model.close().catch(() => undefined); // it has ended already
  }

  private fail(problem: string, error?: Error): void {
    if (problem !== this.away) {
      this.logger.warn('the broker takes no messages; trying on', {
        problem,
        ...(error && { reason: reasonOf(error) }),
      });
    }
    this.away = problem;
  }

  private recover(): void {
    this.logger.info('the broker takes messages');
    this.away = undefined;
  }
}

function refusalOf({ message }: Error): Error {
  return message === 'message nacked'
    ? new Fault('The broker refused the message.')
    : new Postponed(`The broker confirmed nothing (${message}).`, AGAIN_SECONDS);
}
