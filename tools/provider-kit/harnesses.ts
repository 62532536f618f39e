import type { OpenHarness } from './harness.js';

/** The providers that can be verified, by name. A new one adds a line, and its harness beside its test server. */
export const harnesses: Readonly<Record<string, () => Promise<OpenHarness>>> = {
  sandbox: async () => (await import('./sandbox.js')).openSandboxHarness,
  soap: async () => (await import('./soap/harness.js')).openSoapHarness,
  stripe: async () => (await import('./stripe/harness.js')).openStripeHarness,
};
