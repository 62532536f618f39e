import { escapeHtml, greeting, type Letter, oneLine, page } from './letter.js';

/** What the event says about an endpoint that Till gave up. */
export interface GivenUp {
  readonly endpointId: string;
  readonly host: string;
  readonly reason: string;
}

/** The mail to whoever made a webhook endpoint that gets nothing any more. */
export function endpointDisabled(customerName: string, { endpointId, host, reason }: GivenUp): Letter {
  const name = oneLine(customerName);
  const whys: Readonly<Record<string, string>> = {
    gone: 'it answered 410 (Gone)',
    not_permitted: 'your account, which has it, may read events no longer',
  };
  const why = whys[reason] ?? 'every attempt of the last five days failed';
  const lines = [
    `Your webhook endpoint ${endpointId} at ${oneLine(host)} was disabled, because ${why}. It gets no events any more.`,
    `When it works again, enable it (PATCH /v1/webhook-endpoints/${endpointId} with {"status":"enabled"}): what waits for it is sent then. ` +
      'Read what happened in the meantime from GET /v1/events.',
  ];
  return {
    subject: `Your webhook endpoint at ${oneLine(host)} was disabled`,
    text: `${[greeting(name), ...lines].join('\n\n')}\n`,
    html: page([greeting(name), ...lines].map((line) => `<p>${escapeHtml(line)}</p>`).join('')),
  };
}
