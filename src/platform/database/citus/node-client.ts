import { Client, type ClientConfig } from 'pg';
import { isInCluster, schemaIn } from '../../config/index.js';
import { NodeOfShop } from './node-of-shop.js';
import { nameTables } from './shard-names.js';

/** What the types of `pg` hide: the address is read when the connection is made. */
interface Addressed {
  host: string;
  port: number;
}
type Connected = (error?: Error) => void;

/** The class of connections by this URL: those of a shop in a Citus cluster go to the node that has its tables, all others where the URL leads. */
export function clientOf(url: string): typeof Client {
  const schema = schemaIn(url);
  return schema !== undefined && isInCluster(url) ? clientOfNode(new NodeOfShop(url, schema)) : Client;
}

function clientOfNode(node: NodeOfShop): typeof Client {
  return class extends Client {
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
}
