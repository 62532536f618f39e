/**
 * The boundaries of the code, each once, with its reason. `plugin.mjs` makes the lint rule `till/<name>` of each.
 *
 * `from` is the path of the importing file in the clone, `to` that of the imported one, or the name of a package.
 * @typedef {{ name: string, reason: string, forbids: (from: string, to: string) => boolean }} Boundary
 */
import { around, modules, rooms } from './layers.mjs';

const FRAMEWORKS = /^(@nestjs\/|typeorm$|bull$|pg$|ioredis$|fastify$)/;

const isSpec = (file) => file.endsWith('.spec.ts');
const isOurs = (file) => /^(src|migrations|test|tools|bench)\//.test(file);
const moduleOf = (file) => /^src\/([^/]+)\//.exec(file)?.[1];
const partOf = (file) => /^src\/platform\/([^/]+)\//.exec(file)?.[1];
const roomOf = (file) => /^src\/payments\/([^/]+)\//.exec(file)?.[1];
const placeOf = (file) => Object.keys(around).find((place) => file.startsWith(`${place}/`));

/** Whether one of `layers` imports another that it does not list. */
const isAgainst = (layers, own, other) =>
  own in layers && other in layers && own !== other && !layers[own].includes(other);

/** @type {readonly Boundary[]} */
export const boundaries = [
  {
    name: 'pure',
    reason:
      'Rules of the domain, and what all share, are tested by themselves: no Nest, no TypeORM, no Bull, no server.',
    forbids: (from, to) => /^src\/(shared|[^/]+\/domain)\//.test(from) && !isSpec(from) && FRAMEWORKS.test(to),
  },
  {
    name: 'domain-knows-no-platform',
    reason: 'A rule of the domain does not depend on how something is stored, sent or configured.',
    forbids: (from, to) => /^src\/[^/]+\/domain\//.test(from) && to.startsWith('src/platform/'),
  },
  {
    name: 'shared-knows-nothing',
    reason: 'Everything imports shared, so shared imports nothing of Till.',
    forbids: (from, to) =>
      from.startsWith('src/shared/') && !isSpec(from) && isOurs(to) && !to.startsWith('src/shared/'),
  },
  {
    name: 'platform-knows-no-module',
    reason: 'The platform serves any module; a module registers there what the platform must know of it.',
    forbids: (from, to) => from.startsWith('src/platform/') && moduleOf(to) in modules,
  },
  {
    name: 'modules-one-way',
    reason: 'A module tells one downstream of it by an event; tools/lint/layers.mjs says which is which.',
    forbids: (from, to) => isAgainst(modules, moduleOf(from), moduleOf(to)),
  },
  {
    name: 'rooms-one-way',
    reason: 'The rooms of payments build on each other in one direction, given in tools/lint/layers.mjs.',
    forbids: (from, to) => !isSpec(from) && isAgainst(rooms, roomOf(from), roomOf(to)),
  },
  {
    name: 'module-by-its-index',
    reason: 'index.js of a module names what other modules may rely on.',
    forbids: (from, to) => {
      const [own, other] = [moduleOf(from), moduleOf(to)];
      return own in modules && other in modules && own !== other && to !== `src/${other}/index.js`;
    },
  },
  {
    name: 'platform-by-its-index',
    reason: 'index.js of a part of the platform names what modules and other parts may rely on.',
    forbids: (from, to) => {
      const [own, other] = [partOf(from), partOf(to)];
      const isInside = own !== undefined || moduleOf(from) in modules;
      return isInside && other !== undefined && own !== other && to !== `src/platform/${other}/index.js`;
    },
  },
  {
    name: 'source-stands-alone',
    reason: 'What is built and shipped needs neither tests nor tools.',
    forbids: (from, to) => from.startsWith('src/') && !isSpec(from) && /^(test|tools|bench)\//.test(to),
  },
  {
    name: 'tools-one-way',
    reason: 'Tools, test support and benchmark build on each other in one direction, given in tools/lint/layers.mjs.',
    forbids: (from, to) => !isSpec(from) && isAgainst(around, placeOf(from), placeOf(to)),
  },
  {
    name: 'specs-are-leaves',
    reason: 'What specs share lies in test/support, or beside them in a file that is no spec.',
    forbids: (_, to) => to.endsWith('.spec.js'),
  },
];
