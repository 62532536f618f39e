import { defineConfig } from 'vitest/config';

/** Decorators and their metadata follow tsconfig.json: Vite's own compiler emits them. */
export default defineConfig({
  test: {
    include: ['{src,test,migrations,tools,bench}/**/*.spec.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // Two cores carry two files at a time, besides PostgreSQL.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
