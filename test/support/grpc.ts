import path from 'node:path';
import {
  Client,
  credentials,
  type ChannelCredentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { inClone } from '../../tools/servers/paths.js';

const PROTO = inClone('proto');
const FILES = ['till/v1/orders.proto', 'till/v1/payments.proto', 'till/v1/events.proto', 'grpc/health/v1/health.proto'];

type Message = Record<string, unknown>;
type Methods = Readonly<Record<string, MethodDefinition<Message, Message>>>;

export interface CallOptions {
  readonly token?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** A response, with the metadata that came before it. */
export interface Response {
  readonly body: Message;
  readonly metadata: Metadata;
}

export interface Stream {
  readonly messages: readonly Message[];
  /** Returns the first message with this member, once it is there. */
  first(member: string): Promise<Message>;
  /** The error that ended it. */
  readonly ended: Promise<ServiceError>;
  /** The status with which it ended. */
  readonly status: Promise<number>;
  cancel(): void;
}

/** A client as others build it: from the files of the contract, by a loader that Till does not use. `OrderService/GetOrder` names a call. */
export function grpcClient(port: number, channel: ChannelCredentials = credentials.createInsecure()) {
  const loaded = loadSync(FILES, { includeDirs: [PROTO], longs: Number, enums: String });
  const client = new Client(`localhost:${port}`, channel);
  const methodOf = (name: string): MethodDefinition<Message, Message> => {
    const [service = '', method = ''] = name.split('/');
    return (loaded[service.includes('.') ? service : `till.v1.${service}`] as unknown as Methods)[method]!;
  };
  const call = (name: string, request: Message, options: CallOptions = {}): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { path: at, requestSerialize, responseDeserialize } = methodOf(name);
      let metadata = new Metadata();
      client
        .makeUnaryRequest(
          at,
          requestSerialize,
          responseDeserialize,
          request,
          metadataOf(options),
          within(options),
          (error, body) => (error ? reject(error) : resolve({ body: body!, metadata })),
        )
        .on('metadata', (received: Metadata) => (metadata = received));
    });
  const stream = (name: string, request: Message, options: CallOptions = {}): Stream => {
    const { path: at, requestSerialize, responseDeserialize } = methodOf(name);
    const made = client.makeServerStreamRequest(
      at,
      requestSerialize,
      responseDeserialize,
      request,
      metadataOf(options),
      within(options),
    );
    const messages: Message[] = [];
    made.on('data', (message: Message) => messages.push(message));
    const ended = new Promise<ServiceError>((resolve) => made.on('error', resolve));
    const status = new Promise<number>((resolve) => made.on('status', ({ code }: StatusObject) => resolve(code)));
    const failed = ended.then((error) => Promise.reject(error));
    failed.catch(() => undefined); // whoever waits for a message hears of it
    const first = async (member: string): Promise<Message> => {
      for (;;) {
        const found = messages.find((message) => member in message);
        if (found) return found[member] as Message;
        await Promise.race([new Promise((resolve) => made.once('data', resolve)), failed]);
      }
    };
    return { messages, first, ended, status, cancel: () => made.cancel() };
  };
  return { call, stream, close: () => client.close() };
}

function metadataOf({ token, metadata = {} }: CallOptions): Metadata {
  const made = new Metadata();
  if (token !== undefined) made.set('authorization', `Bearer ${token}`);
  for (const [name, value] of Object.entries(metadata)) made.set(name, value);
  return made;
}

const within = ({ deadlineMs }: CallOptions) => (deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs });

/** Returns the details of an error (google.rpc.Status), by the names of their types. */
export function detailsOf(error: ServiceError): Readonly<Record<string, Message>> {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => path.join(PROTO, target);
  root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const status = root.lookupType('google.rpc.Status').decode(bytes as Buffer) as unknown as {
    readonly details: readonly { readonly type_url: string; readonly value: Uint8Array }[];
  };
  return Object.fromEntries(
    status.details.map(({ type_url: url, value }) => {
      const type = root.lookupType(url.slice(url.indexOf('/') + 1));
      return [type.name, type.toObject(type.decode(value), { longs: Number })];
    }),
  );
}
