import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiModule } from './api.module.js';
import { apiKeyProblems } from './api-keys/api-keys.problems.js';
import { authProblems } from './auth/auth.problems.js';
import { identityProblems } from './auth/identities/identities.problems.js';
import { passkeyProblems } from './auth/passkeys/passkeys.problems.js';
import { catalogProblems } from './catalog/catalog.problems.js';
import { exportProblems } from './exports/exports.problems.js';
import { graphqlProblems } from './graphql/graphql.problems.js';
import { ledgerProblems } from './ledger/ledger.problems.js';
import { liveProblems } from './live/live.problems.js';
import { orderProblems } from './orders/orders.problems.js';
import { paymentProblems } from './payments/payments.problems.js';
import { generalProblems } from './platform/http/general.problems.js';
import { statusOf } from './platform/http/problem.filter.js';
import { type ProblemDocs, problemCatalog, ProblemsModule, statusOfProblem } from './platform/http/index.js';
import type { ErrorKind } from './shared/errors.js';
import { shippingProblems } from './shipping/shipping.problems.js';
import { promotionProblems } from './promotions/promotions.problems.js';
import { reportProblems } from './reports/reports.problems.js';
import { taxProblems } from './tax/tax.problems.js';
import { privacyProblems } from './privacy/privacy.problems.js';
import { userProblems } from './users/user.problems.js';
import { webhookEndpointProblems } from './webhook-endpoints/webhook-endpoints.problems.js';

const root = import.meta.dirname;
const textsOf = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(spec|problems)\.ts$/.test(file))
    .map((file) => readFileSync(path.join(root, folder, file), 'utf8'));

/** Codes of the errors that a folder's classes declare. */
const codesOf = (folder: string): string[] =>
  textsOf(folder)
    .filter((text) => text.includes('extends DomainError'))
    .flatMap((text) =>
      [...text.matchAll(/readonly code = (?:'(\w+)'|([A-Z_]+));/g)].map((found) => codeIn(text, found)),
    );

function codeIn(text: string, [, literal, constant]: RegExpMatchArray): string {
  return literal ?? new RegExp(`const ${constant} = '(\\w+)'`).exec(text)![1]!;
}

/** Codes for what Node, Fastify and Nest refuse before any class of ours does. */
const refusals = ['platform/http/problem.filter.ts', 'platform/http/unreadable.ts'].flatMap((file) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:code|\b\d{3}): '(\w+)'/g)].map(([, code]) => code!),
);

/** Codes of the errors that classes declare anywhere, each with the status of its kind. */
const statuses = (): [code: string, status: number][] =>
  textsOf('.').flatMap((text) =>
    [...text.matchAll(/readonly code = (?:'(\w+)'|([A-Z_]+));\s+readonly kind = '(\w+)'/g)].map(
      (found): [string, number] => [codeIn(text, found), statusOf[found[3] as ErrorKind]],
    ),
  );

/** The same of what Node, Fastify and Nest refuse. */
const statusesOfRefusals = (): [code: string, status: number][] =>
  ['platform/http/problem.filter.ts', 'platform/http/unreadable.ts'].flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:status: )?(\d{3})(?:: |, code: )'(\w+)'/g)].map(
      ([, status, code]): [string, number] => [code!, Number(status)],
    ),
  );

const byFolder: readonly [folder: string, docs: ProblemDocs, more: readonly string[]][] = [
  ['auth', { ...authProblems, ...identityProblems, ...passkeyProblems }, []],
  ['api-keys', apiKeyProblems, []],
  ['catalog', catalogProblems, []],
  ['privacy', privacyProblems, []],
  ['exports', exportProblems, []],
  ['graphql', graphqlProblems, Object.keys(graphqlProblems)],
  ['ledger', ledgerProblems, []],
  ['live', liveProblems, []],
  ['orders', orderProblems, []],
  ['payments', paymentProblems, []],
  ['promotions', promotionProblems, []],
  ['reports', reportProblems, []],
  ['shipping', shippingProblems, []],
  ['tax', taxProblems, []],
  ['users', userProblems, []],
  ['webhook-endpoints', webhookEndpointProblems, []],
  ['platform', generalProblems, [...codesOf('shared'), ...codesOf('auth'), ...refusals]],
];

describe('The catalogue of problems', () => {
  it('explains every code that an error of the api may have, and no other', () => {
    expect(ApiModule).toBeDefined();
    const declared = new Set(byFolder.flatMap(([folder, , more]) => [...codesOf(folder), ...more]));
    expect([...problemCatalog.keys()].toSorted()).toEqual([...declared].toSorted());
  });

  it.each(byFolder)('explains in %s what is thrown there', (folder, docs, more) => {
    const thrown = [...codesOf(folder), ...more];
    expect(Object.keys(docs).filter((code) => !thrown.includes(code))).toEqual([]);
  });

  it('says the status of each code, where it is not 409', () => {
    const all = [...statuses(), ...statusesOfRefusals()];
    expect(all.length).toBeGreaterThan(80);
    const wrong = all.filter(([code, status]) => statusOfProblem(code) !== status);
    const advice = wrong.map(([code, status]) => `Add "status: ${status}" to ${code} in its X.problems.ts.`);
    expect(advice).toEqual([]);
  });

  it('takes one text for each code', () => {
    expect(() => ProblemsModule.forFeature({ ...orderProblems })).not.toThrow();
    const [code] = Object.keys(orderProblems);
    expect(() => ProblemsModule.forFeature({ [code!]: { title: 'Another', help: 'Another.' } })).toThrow(
      `The problem ${code} is explained twice.`,
    );
  });
});
