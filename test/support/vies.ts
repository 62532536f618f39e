import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What VIES was asked. */
export interface AskedOfVies {
  readonly countryCode: string;
  readonly vatNumber: string;
  readonly requesterMemberStateCode?: string;
  readonly requesterNumber?: string;
}

/** How the stub answers about a number: a verdict, the code of a fault, a status of HTTP, or never. */
export type Behaviour =
  'valid' | 'invalid' | 'silent' | { readonly fault: string } | { readonly status: number; readonly body?: string };

function answer(response: ServerResponse, status: number, body: object | string) {
  return response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
}

/**
 * A stand-in for VIES' REST API, `POST /check-vat-number` (https://ec.europa.eu/taxation_customs/vies/#/technical-information): the same
 * members, `---` for what a state does not tell, a consultation number only with a requester, faults as `errorWrappers` or, where a member
 * state is away, as `userError` beside `valid: false`.
 */
export async function startVies() {
  const asked: AskedOfVies[] = [];
  const behaviours = new Map<string, Behaviour>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/rest-api/check-vat-number') return answer(response, 404, {});
      if (request.headers['content-type'] !== 'application/json') return answer(response, 415, {});
      const question = JSON.parse(Buffer.concat(chunks).toString()) as AskedOfVies;
      asked.push(question);
      const behaviour = behaviours.get(question.countryCode + question.vatNumber) ?? 'invalid';
      if (behaviour === 'silent') return undefined;
      if (typeof behaviour === 'string')
        return answer(response, 200, answerOf(question, behaviour === 'valid', asked.length));
      if ('status' in behaviour) return answer(response, behaviour.status, behaviour.body ?? {});
      return behaviour.fault.startsWith('MS_UNAV')
        ? answer(response, 200, { ...answerOf(question, false, 0), userError: behaviour.fault })
        : answer(response, 400, {
            actionSucceed: false,
            errorWrappers: [{ error: behaviour.fault, message: behaviour.fault }],
          });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rest-api`,
    asked,
    /** From now on, questions about this VAT id are answered so. */
    says: (vatId: string, behaviour: Behaviour) => behaviours.set(vatId, behaviour),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf({ countryCode, vatNumber, requesterNumber }: AskedOfVies, valid: boolean, number: number): object {
  const unmatched = {
    traderNameMatch: 'NOT_PROCESSED',
    traderStreetMatch: 'NOT_PROCESSED',
    traderPostalCodeMatch: 'NOT_PROCESSED',
  };
  return {
    countryCode,
    vatNumber,
    requestDate: new Date().toISOString(),
    valid,
    requestIdentifier: requesterNumber && valid ? `WAPIAAAAZ${number}` : '',
    name: valid ? 'MUGS GMBH' : '---',
    address: '---',
    traderName: '---',
    traderStreet: '---',
    traderPostalCode: '---',
    traderCity: '---',
    traderCompanyType: '---',
    ...unmatched,
    traderCityMatch: 'NOT_PROCESSED',
    traderCompanyTypeMatch: 'NOT_PROCESSED',
  };
}
