import { type ChannelModel, type ConsumeMessage, connect } from 'amqplib';

/** A message as it came. */
export interface Told {
  readonly id: string;
  readonly routingKey: string;
  readonly properties: ConsumeMessage['properties'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** A program that reads all messages of an exchange from a queue of its own, which outlives both of them. */
export async function subscribe(url: string, exchange: string, queue = 'books') {
  const told: Told[] = [];
  const connection = await connect(url, {
    recovery: {
      maxDelay: 500,
      setup: async (model: ChannelModel) => {
        const channel = await model.createChannel();
        await channel.assertExchange(exchange, 'topic', { durable: true });
        await channel.assertQueue(queue, { durable: true });
        await channel.bindQueue(queue, exchange, '#');
        await channel.consume(queue, (message: ConsumeMessage | null) => {
          if (!message) return;
          const { properties, fields, content } = message;
          const body = JSON.parse(content.toString()) as Told['body'];
          told.push({ id: String(properties.messageId), routingKey: fields.routingKey, properties, body });
          channel.ack(message);
        });
      },
    },
  });
  connection.on('error', () => undefined);
  return { told: told as readonly Told[], close: () => connection.close() };
}
