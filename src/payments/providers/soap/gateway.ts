import { Client, type IHttpClient, WSDL, WSSecurity } from 'soap';
import { faultIn, type OperationResult, readOperation, readStatement, type StatementPage } from './answers.js';
import { asWritten } from './numbers.js';
import { UnclearAnswer } from './strict-xml.js';
import { NotSent, post } from './transport.js';
import { gatewayWsdl } from './wsdl.js';
import type { SoapGatewaySettings } from './soap.settings.js';

type Arguments = Readonly<Record<string, string | number | boolean>>;
type Method = (given: Arguments, options: { readonly signal: AbortSignal }) => Promise<readonly [unknown]>;

/** The gateway's names for operations in requests and reports. */
export type OperationName = 'Authorise' | 'Capture' | 'Reverse' | 'Refund' | 'Enquiry';

/** The client of the bank's gateway, by its WSDL. Every call has a UsernameToken with a digest, a nonce and a time. */
export class SoapGateway {
  private readonly client: Promise<Client>;

  constructor(private readonly settings: SoapGatewaySettings) {
    this.client = this.open();
    this.client.catch(() => undefined); // reported by the first call
  }

  /** @throws NotSent, GatewayFault; after any other error the outcome is unknown */
  async operate(name: OperationName, given: Arguments, signal: AbortSignal): Promise<OperationResult> {
    return readOperation(await this.call(name, given, signal));
  }

  /** Throws unless the page is valid and complete. */
  async statement(given: Arguments, signal: AbortSignal): Promise<StatementPage> {
    return readStatement(await this.call('Statement', given, signal));
  }

  private async call(name: OperationName | 'Statement', given: Arguments, signal: AbortSignal): Promise<unknown> {
    const client = (await this.client) as unknown as Readonly<Record<string, Method>>;
    try {
      return (await client[`${name}Async`]!(given, { signal }))[0];
    } catch (error) {
      throw faultIn(error) ?? withoutAnswer(error);
    }
  }

  private async open(): Promise<Client> {
    const { url, username, password } = this.settings;
    const client = new Client(await readWsdl(), url, { httpClient: strictClient(new URL(url)) });
    // Username Token Profile 1.1, section 3.1. Without a Timestamp, because the token has its own time.
    const options = { passwordType: 'PasswordDigest', hasTimeStamp: false, mustUnderstand: true };
    client.setSecurity(new WSSecurity(username, password, options));
    return client;
  }
}

/** Replaces errors of the SOAP client, which contain the whole response and must not reach the log. */
function withoutAnswer(error: unknown): Error {
  if (error instanceof NotSent || error instanceof UnclearAnswer) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new UnclearAnswer(code ? `The connection broke: ${code}.` : "The answer can't be read as the WSDL says.");
}

function readWsdl(): Promise<WSDL> {
  return new Promise((resolve, reject) => {
    const wsdl = new WSDL(gatewayWsdl, 'gateway.wsdl', { strict: true, customDeserializer: asWritten });
    wsdl.onReady((error: unknown) => (error ? reject(error as Error) : resolve(wsdl)));
  });
}

/** Makes the client use our transport, without its own handling of addresses, proxies and redirects. */
function strictClient(url: URL): IHttpClient {
  const request = (
    _: string,
    body: string,
    done: (error: unknown, response?: unknown, body?: string) => void,
    headers: Readonly<Record<string, string>>,
    { signal }: { readonly signal: AbortSignal },
  ) => {
    post(url, { headers, body, signal }).then(
      (text) => done(null, { headers: {} }, text),
      (error: unknown) => done(error),
    );
  };
  return { request } as unknown as IHttpClient;
}
