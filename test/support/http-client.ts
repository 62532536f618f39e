export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came, byte for byte. */
  readonly text: string;
  readonly body: T;
}

export interface RequestOptions {
  /** An access token; without one, nobody is signed in. */
  readonly token?: string | undefined;
  /** A value to send as JSON, or the text itself. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type HttpClient = ReturnType<typeof httpClient>;

/** `request('POST /v1/products', { token, body })`; every request has these headers. */
export function httpClient(baseUrl: string, always: Readonly<Record<string, string>> = {}) {
  return async <T = Record<string, unknown>>(line: string, options: RequestOptions = {}): Promise<Answer<T>> => {
    const [method = '', path = ''] = line.split(' ');
    const { token, body, headers } = options;
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...always,
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: (text && JSON.parse(text)) as T };
  };
}
