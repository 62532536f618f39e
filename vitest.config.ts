import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Each runs in a process of its own, because it leaves its process changed for other files, or needs one that no other file has changed. */
export const ALONE = [
  // They replace modules.
  'src/shared/{uuid,steady-time}.spec.ts',
  'src/payments/providers/sandbox/webhook-codec.spec.ts',
  'src/platform/metrics/shop-label.spec.ts',
  'test/e2e/payments/{hanging-provider,refunds-by-older-processes}.spec.ts',
  'tools/{dev/provide-server,setup/node}.spec.ts',
  // They set the clock forward, after which ids are made ahead of their time.
  'test/e2e/auth/{account-access,api-keys,cookie-sessions,key-secrets}.spec.ts',
  'test/e2e/platform/clock-jumps.spec.ts',
  'test/e2e/users/roles.spec.ts',
  // They count from 0 what a process counts.
  'test/e2e/monitoring/{metrics,metrics-by-shop}.spec.ts',
  'test/e2e/payments/refused-refunds.spec.ts',
  'test/e2e/platform/schema-changes.spec.ts',
];

/** Decorators and their metadata follow tsconfig.json: Vite's own compiler emits them. */
export default defineConfig({
  // The built client, as its examples import it.
  resolve: { alias: { '@till/client': path.resolve(import.meta.dirname, 'packages/client/dist/index.js') } },
  test: {
    // Two cores carry two files at a time, besides PostgreSQL.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine may be slow; what has to be soon says so itself.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,migrations,bench}/**/*.spec.ts'],
          exclude: ALONE,
          // These change nothing that is shared, so files that run in one process load each module once.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['{test,tools}/**/*.spec.ts'],
          exclude: ALONE,
          globalSetup: 'test/support/global-setup.ts',
          // Till takes longer to load than most files take to run.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, globalSetup: 'test/support/global-setup.ts' },
      },
    ],
  },
});
