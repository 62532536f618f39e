/** `npm run proto:check`: whether the gRPC contract keeps what was accepted. `npm run proto:accept` accepts what is new. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readSchema, TILL_FILES } from '../../src/grpc/wire/schema.js';
import { inClone } from '../servers/paths.js';
import { brokenParts, type Contract, contractOf } from './compare.js';

const ACCEPTED = inClone('tools', 'proto', 'accepted.json');

const accepted = JSON.parse(readFileSync(ACCEPTED, 'utf8')) as Contract;
const present = contractOf(readSchema(TILL_FILES), 'till.v1');
const broken = brokenParts(accepted, present);
const added = Object.keys(present).filter((name) => !(name in accepted));
if (process.argv.includes('--accept') && broken.length === 0) {
  writeFileSync(ACCEPTED, `${JSON.stringify(present, undefined, 2)}\n`);
  console.log(`Accepted ${added.length} new parts of the gRPC contract.`);
} else {
  for (const part of broken) console.error(part);
  for (const name of added)
    console.error(`${name} is new: npm run proto:accept, after which it can not change any more.`);
  console.log(
    `The gRPC contract breaks ${broken.length} parts of what was accepted (docs/grpc.md), and ${added.length} are not accepted yet.`,
  );
  process.exitCode = broken.length + added.length > 0 ? 1 : 0;
}
