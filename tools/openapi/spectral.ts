import { type RulesetDefinition, Spectral } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import type { Complaint } from './lint.js';

/** Returns what Spectral has against a document by its recommended rules for OpenAPI: errors, warnings and hints alike. */
export async function lintBySpectral(document: string): Promise<Complaint[]> {
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[oas as RulesetDefinition, 'recommended']], rules: {} });
  const found = await spectral.run(JSON.parse(document) as Record<string, unknown>);
  return found.map(({ code, message, path }) => `${code}: ${message} ${path.join('/')}`);
}
