import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { besideCode } from '../../platform/build/index.js';

/** Till's own contract: what `npm run proto:check` knows as accepted stays. */
export const TILL_FILES = ['till/v1/payments.proto', 'till/v1/orders.proto', 'till/v1/events.proto'] as const;
const FOREIGN_FILES = ['google/rpc/status.proto', 'google/rpc/error_details.proto', 'grpc/health/v1/health.proto'];
/** Those that the library has. */
const COMMON = ['any', 'duration', 'struct', 'timestamp'];

// Numbers of 64 bits become JavaScript's: none of Till's is beyond 2^53. With the package `long` at hand they would be objects.
protobuf.util.Long = undefined as never;
protobuf.configure();

/** A message as an object with the names of JSON. */
export type Members = Readonly<Record<string, unknown>>;
type Definition = MethodDefinition<Members, Members>;

/** Reads the contract, from files beside the code. @throws Error for a file that is missing or wrong */
export function readSchema(files: readonly string[] = [...TILL_FILES, ...FOREIGN_FILES]): protobuf.Root {
  const folder = besideCode('proto');
  const root = new protobuf.Root();
  for (const name of COMMON) root.addJSON(protobuf.common.get(`google/protobuf/${name}.proto`)!.nested!);
  for (const name of files) protobuf.parse(readFileSync(path.join(folder, name), 'utf8'), root);
  root.resolveAll();
  return root;
}

/** Returns how the library is to read and write the calls of a service: requests as messages, responses of any plain object. */
export function definitionOf(service: protobuf.Service): ServiceDefinition {
  return Object.fromEntries(service.methodsArray.map((method) => [method.name, methodOf(service, method)]));
}

function methodOf(service: protobuf.Service, method: protobuf.Method): Definition {
  const [request, response] = [method.resolvedRequestType!, method.resolvedResponseType!];
  return {
    path: `/${service.fullName.slice(1)}/${method.name}`,
    requestStream: method.requestStream ?? false,
    responseStream: method.responseStream ?? false,
    requestSerialize: (value) => written(request, value),
    requestDeserialize: (bytes) => request.decode(bytes) as unknown as Members,
    responseSerialize: (value) => written(response, value),
    responseDeserialize: (bytes) => response.decode(bytes) as unknown as Members,
  };
}

/** Returns the bytes of a message of this type. */
export function written(type: protobuf.Type, value: Members): Buffer {
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}
