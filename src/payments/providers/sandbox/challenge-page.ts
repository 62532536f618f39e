import { formatMoney } from '../../../shared/money.js';
import type { Challenge } from './challenges.service.js';

/** Forbids loading, framing and scripts, and restricts the form's target (CSP level 3). */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The page of the simulated bank. */
export function challengePage(challenge: Challenge): string {
  const open = challenge.outcome === 'requires_action';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Till sandbox bank</title></head>
<body>
<h1>Till sandbox bank</h1>
${open ? question(challenge) : `<p role="status">${escaped(ended(challenge.outcome))} You may go back to the shop.</p>`}
</body>
</html>
`;
}

function question({ amount, currency }: Challenge): string {
  return `<p>A shop asks for <strong>${escaped(formatMoney({ amount, currency }))}</strong>. Nobody's money moves here.</p>
<form method="post">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="refuse">Refuse</button>
</form>`;
}

function ended(outcome: Challenge['outcome']): string {
  if (outcome === 'succeeded') return 'You have approved the payment.';
  return outcome === 'expired' ? 'The time to decide is over.' : 'You have refused the payment.';
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
