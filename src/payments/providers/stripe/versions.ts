import { Stripe } from 'stripe';

/**
 * The oldest version of webhooks that Till reads. Since then, the objects that it reads differ in one way: before 2022-11-15, an intent
 * lists its charges and has no `latest_charge` (https://docs.stripe.com/upgrades).
 */
export const OLDEST_VERSION = '2020-08-27';
/** The newest release of Stripe's API that Till reads. Versions of one release differ in additions only. */
const [NEWEST_VERSION, NEWEST_RELEASE] = split(Stripe.API_VERSION);

/** As people read it. */
export const SUPPORTED_VERSIONS = `${OLDEST_VERSION} to ${Stripe.API_VERSION}, and later versions of ${NEWEST_RELEASE}`;

/** Whether Till reads webhooks of this version, such as `2022-11-15` or `2025-09-30.clover`. */
export function isSupported(version: string): boolean {
  const [date, release] = split(version);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return false;
  return date >= OLDEST_VERSION && (date <= NEWEST_VERSION || release === NEWEST_RELEASE);
}

function split(version: string): readonly [date: string, release: string] {
  const [date = '', release = ''] = version.split('.', 2);
  return [date, release];
}
