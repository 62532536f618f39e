import { Client, type ClientConfig } from 'pg';
import { isInCluster, schemaIn } from '../../config/index.js';
import { isUnavailable, sqlState } from '../errors.js';
import { askForNode, NodeOfShop } from './node-of-shop.js';
import { nameTables } from './shard-names.js';

/** What the types of `pg` hide: the address is read when the connection is made. */
interface Addressed {
  host: string;
  port: number;
}
type Connected = (error?: Error) => void;

/** What is known of the nodes of shops, by the class of their connections. */
const nodes = new WeakMap<object, NodeOfShop>();

/** By URL: pool and probes share what they know, so that one that connects first while the coordinator is away knows the node too. */
const byUrl = new Map<string, NodeOfShop>();

function nodeOf(url: string, schema: string): NodeOfShop {
  const node = byUrl.get(url) ?? new NodeOfShop(() => askForNode(url, schema));
  byUrl.set(url, node);
  return node;
}

/** Has the next connections of a class look for the node anew. */
export function forgetNode(connections: object | undefined): void {
  if (connections) nodes.get(connections)?.forget();
}

/** SQLSTATEs: on the node before, functions of a schema that has left don't find its tables, and Citus has errors that it did not expect. */
const missing = new Set(['42P01', 'XX000']);
const ofNodesBefore = new WeakSet<object>();

/** Whether a connection fails because the schema has left its node. Then the next connections look for it anew. */
export function hasLeft(client: object | undefined, error: unknown): boolean {
  const node = client && nodes.get(client.constructor);
  if (!node || !(error instanceof Error) || !missing.has(sqlState(error) ?? '') || isUnavailable(error)) return false;
  node.forget();
  ofNodesBefore.add(error);
  return true;
}

/** Whether `hasLeft` was true of the error: nothing was executed, and it works on a new connection. */
export function isOfNodeBefore(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ofNodesBefore.has('driverError' in error ? (error.driverError as Error) : error);
}

/** The class of connections by this URL: those of a shop in a Citus cluster go to the node that has its tables, all others where the URL leads. */
export function clientOf(url: string): typeof Client {
  const schema = schemaIn(url);
  return schema !== undefined && isInCluster(url) ? clientOfNode(nodeOf(url, schema)) : Client;
}

function clientOfNode(node: NodeOfShop): typeof Client {
  const connections = class extends Client {
    constructor(config?: string | ClientConfig) {
      super(config);
      nameTables(this);
    }

    override connect(): Promise<Client>;
    override connect(callback: Connected): void;
    override connect(callback?: Connected): Promise<Client> | void {
      const connected = node.find().then((address) => {
        if (address) Object.assign(this as unknown as Addressed, address);
        return super.connect();
      });
      if (!callback) return connected.then(() => this);
      connected.then(() => callback(), callback);
    }
  } as typeof Client;
  nodes.set(connections, node);
  return connections;
}
