type Json = Record<string, unknown>;

/** What browsers have of WebAuthn (level 3, section 5.1); the client is also compiled where no browser is. */
interface Browser {
  readonly PublicKeyCredential: {
    parseCreationOptionsFromJSON(options: Json): unknown;
    parseRequestOptionsFromJSON(options: Json): unknown;
  };
  readonly navigator: {
    readonly credentials: Record<'create' | 'get', (options: { publicKey: unknown }) => Promise<{ toJSON(): Json }>>;
  };
}
const browser = () => globalThis as unknown as Browser;

/** Lets the person choose a passkey. Returns what it signed. */
export async function askForPasskey(options: Json): Promise<Json> {
  const { PublicKeyCredential, navigator } = browser();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}

/** Lets the person make a passkey. Returns its public half. */
export async function makePasskey(options: Json): Promise<Json> {
  const { PublicKeyCredential, navigator } = browser();
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}
