import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** Unit tests that replace modules: each runs in a process of its own. */
const REPLACE_MODULES = [
  'src/shared/{uuid,steady-time}.spec.ts',
  'src/payments/providers/sandbox/webhook-codec.spec.ts',
  'src/platform/metrics/shop-label.spec.ts',
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
          exclude: REPLACE_MODULES,
          // These change nothing that is shared, so files that run in one process load each module once.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['{test,tools}/**/*.spec.ts', ...REPLACE_MODULES],
          globalSetup: 'test/support/global-setup.ts',
        },
      },
    ],
  },
});
