import { type ConfirmChannel, type ChannelModel, connect, type RecoveringChannelModel } from 'amqplib';

/** The broker speaks at least once in this time, in seconds; after twice that the connection is dead. */
const HEARTBEAT_SECONDS = 10;
/** How long a sign-in may take, in milliseconds. */
const CONNECT_MS = 5000;
const LONGEST_PAUSE_MS = 10_000;

/** Called at each change of the connection. */
interface ConnectionListener {
  readonly opened: (channel: ConfirmChannel, model: ChannelModel) => void;
  readonly failed: (error: Error) => void;
  readonly blocked: (reason: string) => void;
  readonly unblocked: () => void;
}

/** The broker and the exchange. */
interface BrokerAddress {
  readonly url: string;
  readonly ca: string | undefined;
  readonly exchange: string;
}

/**
 * Opens a connection that comes back for ever, and on it, each time, a channel with publisher confirms, once the exchange is there. Only this
 * file loads the library.
 */
export function open(address: BrokerAddress, listener: ConnectionListener): Promise<RecoveringChannelModel> {
  return connect(optionsOf(address.url), {
    ...socketOf(address),
    recovery: {
      maxDelay: LONGEST_PAUSE_MS,
      waitForConnect: false,
      setup: async (model: ChannelModel) => listener.opened(await channelOf(model, address.exchange), model),
    },
  }).then(
    (connection) =>
      connection
        .on('connect-failed', listener.failed)
        .on('disconnect', listener.failed)
        .on('blocked', listener.blocked)
        .on('unblocked', listener.unblocked)
        .on('error', () => undefined), // followed by `disconnect`
  );
}

/** Signs in and out again. @throws what the broker or the system says against it */
export async function trySignIn(address: Omit<BrokerAddress, 'exchange'>): Promise<void> {
  const model = await connect(optionsOf(address.url), socketOf(address));
  model.on('error', () => undefined); // it is being closed
  await model.close();
}

function socketOf({ ca }: Pick<BrokerAddress, 'ca'>) {
  const clientProperties = { connection_name: 'till' };
  return { ...(ca !== undefined && { ca: [ca] }), noDelay: true, timeout: CONNECT_MS, clientProperties };
}

/** The parts of the URL, decoded: the library decodes percent signs as Latin 1. */
function optionsOf(address: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(address);
  return {
    protocol: protocol.slice(0, -1),
    hostname: hostname.replaceAll(/^\[|\]$/g, ''),
    ...(port !== '' && { port: Number(port) }),
    ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
    vhost: pathname.slice(1), // still encoded, as the library wants it
    heartbeat: HEARTBEAT_SECONDS,
  };
}

async function channelOf(model: ChannelModel, exchange: string): Promise<ConfirmChannel> {
  model.on('error', () => undefined); // followed by `close`
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  if (!(await exists(model, exchange))) await channel.assertExchange(exchange, 'topic', { durable: true });
  return channel;
}

/** An exchange that is there stays as somebody made it, and nobody needs the right to make one. A refusal ends the channel. */
async function exists(model: ChannelModel, exchange: string): Promise<boolean> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  try {
    await channel.checkExchange(exchange);
    await channel.close();
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 404) return false;
    throw error;
  }
}
