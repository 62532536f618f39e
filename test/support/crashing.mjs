/**
 * Loaded before a built process (`NODE_OPTIONS=--import`): errors that nobody catches. A response with the request id `exception` or `rejection` is followed by
 * one, and so is the first connection to the schema `CRASH_SCHEMA`.
 */
import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';

const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (...args) {
  const id = this.req.headers['x-request-id'];
  if (id === 'exception') setImmediate(fail);
  if (id === 'rejection') void Promise.resolve().then(fail);
  return writeHead.apply(this, args);
};

const { write } = Socket.prototype;
let schema = process.env.CRASH_SCHEMA;
Socket.prototype.write = function (...args) {
  if (schema && Buffer.isBuffer(args[0]) && args[0].includes(`search_path=${schema}`)) {
    schema = undefined;
    setImmediate(fail);
  }
  return write.apply(this, args);
};

function fail() {
  throw new Error('nobody catches this');
}
