import { expect, it } from 'vitest';
import { isPublic, refusalOf, schemeRefusalOf } from './target.js';

it.each(['8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) =>
  expect(isPublic(address)).toBe(true),
);

/** Private, shared, of a cloud's metadata, special, and IPv4 inside of IPv6. */
const inside = [
  '127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 100.64.0.1 255.255.255.255 198.18.0.1 224.0.0.1',
  '169.254.169.254 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fe80::1 fc00::1 ff02::1 fec0::1 2001:db8::1',
  ':: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1:: 2001:0:1::',
].flatMap((line) => line.split(' '));

it.each(inside)('%s is not', (address) => expect(isPublic(address)).toBe(false));

const OWN = '; WEBHOOK_ALLOWED_NETWORKS allows networks of your own';
const HIDDEN = `leads to 10.0.0.1, which is not an address of the public internet${OWN}`;
const NOT_ENCRYPTED = `must be an https URL${OWN}, also without encryption`;
const [https, http] = [{ protocol: 'https:' }, { protocol: 'http:' }];

it.each([
  [https, ['8.8.8.8'], [], undefined],
  [https, ['8.8.8.8', '10.0.0.1'], [], HIDDEN],
  [https, [], [], 'has no address'],
  [http, ['8.8.8.8'], [], NOT_ENCRYPTED],
  [http, ['10.0.0.1'], ['10.0.0.0/8'], undefined],
  [http, ['10.0.0.1', '8.8.8.8'], ['10.0.0.0/8'], NOT_ENCRYPTED],
  [https, ['::ffff:10.0.0.1'], ['10.0.0.0/8'], undefined],
  [https, ['10.0.0.1'], ['fd00::/8', '192.168.0.0/16'], HIDDEN],
] as const)('%j at %j, with %j allowed: %s', (url, addresses, allowed, refusal) =>
  expect(refusalOf(url, addresses, allowed)).toBe(refusal),
);

it.each([
  ['https:', [], undefined],
  ['http:', [], NOT_ENCRYPTED],
  ['http:', ['10.0.0.0/8'], undefined],
] as const)('%s, with %j allowed, before any name is looked up: %s', (protocol, allowed, refusal) =>
  expect(schemeRefusalOf(protocol, allowed)).toBe(refusal),
);
