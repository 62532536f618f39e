type Subject = Readonly<Record<string, unknown>>;

/** An object as an older version of the API writes it: before 2022-11-15, an intent lists its charges and has no `latest_charge`. */
export function inVersion(version: string, object: object): object {
  const subject = object as Subject;
  if (version >= '2022-11-15' || subject['object'] !== 'payment_intent') return object;
  const { latest_charge: charge, ...older } = subject;
  const data = charge === null ? [] : [{ id: charge, object: 'charge' }];
  return {
    ...older,
    charges: { object: 'list', data, has_more: false, url: `/v1/charges?payment_intent=${String(subject['id'])}` },
  };
}

/** A webhook as the endpoint would get it in another version. */
export function rewritten(raw: Buffer, version: string): Buffer {
  const event = JSON.parse(raw.toString()) as { data: { object: object } };
  const data = { object: inVersion(version, event.data.object) };
  return Buffer.from(JSON.stringify({ ...event, api_version: version, data }, undefined, 2));
}
