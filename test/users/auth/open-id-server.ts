import { createHash, generateKeyPairSync, randomBytes, sign, type JsonWebKey, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the provider's next answers are like; everything a real one must not do can be asked for. */
export interface ProviderMood {
  /** Claims of whoever logs in; `sub` at least. */
  person: Readonly<Record<string, unknown>>
  /** Changes the id token's claims before they are signed. */
  claims: (claims: Record<string, unknown>) => Record<string, unknown>
  /** Signs with a key that the provider does not publish. */
  wrongKey: boolean
  /** The visitor presses "Cancel" there. */
  cancels: boolean
  /** Every request ends in this status. */
  status: number | null
}

/** An OpenID provider for tests, as small as one can be: discovery, keys, authorization code with PKCE, userinfo, log-out. */
export class OpenIdServer {
  readonly mood: ProviderMood = { person: {}, claims: (claims) => claims, wrongKey: false, cancels: false, status: null }
  readonly clientId = 'the wiki'
  readonly clientSecret = 'not so secret: +/%'
  /** Paths asked for so far. */
  readonly asked: string[] = []
  readonly #server: Server
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  readonly #codes = new Map<string, URLSearchParams>()

  private constructor() {
    this.#server = createServer((message, response) => void this.#answer(message, response))
  }

  static async open(): Promise<OpenIdServer> {
    const made = new OpenIdServer()
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    return made
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', this.issuer)
    this.asked.push(url.pathname)
    if (this.mood.status !== null) return void response.writeHead(this.mood.status).end('no')
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, this.#about())
      case '/keys':
        return json(response, 200, {
          keys: [{ ...(this.#key.publicKey.export({ format: 'jwk' }) as JsonWebKey), use: 'sig', alg: 'ES256', kid: 'one' }],
        })
      case '/authorize':
        return void response.writeHead(303, { location: this.#authorize(url.searchParams) }).end()
      case '/token':
        return this.#token(message, response)
      case '/logout':
        return void response.writeHead(200, { 'content-type': 'text/plain' }).end('You are logged out.')
      case '/me':
        return json(response, 200, this.mood.person)
      default:
        return void response.writeHead(404).end()
    }
  }

  #about(): unknown {
    const { issuer } = this
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      end_session_endpoint: `${issuer}/logout`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    }
  }

  /** Where the browser goes from the provider's page: back, with a code or a refusal. */
  #authorize(wanted: URLSearchParams): string {
    const back = new URL(wanted.get('redirect_uri') ?? 'http://nowhere.invalid')
    back.searchParams.set('state', wanted.get('state') ?? '')
    if (this.mood.cancels) back.searchParams.set('error', 'access_denied')
    else {
      const code = randomBytes(16).toString('base64url')
      this.#codes.set(code, wanted)
      back.searchParams.set('code', code)
    }
    return back.href
  }

  async #token(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const [, credentials = ''] = (message.headers.authorization ?? '').split(' ')
    const [id = '', secret = ''] = Buffer.from(credentials, 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    if (id !== this.clientId || secret !== this.clientSecret) return json(response, 401, { error: 'invalid_client' })
    const code = form.get('code') ?? ''
    const wanted = this.#codes.get(code)
    this.#codes.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (
      wanted === undefined ||
      wanted.get('code_challenge') !== challenge ||
      wanted.get('redirect_uri') !== form.get('redirect_uri')
    )
      return json(response, 400, { error: 'invalid_grant' })
    const now = Math.floor(Date.now() / 1000)
    const claims = this.mood.claims({
      iss: this.issuer,
      aud: this.clientId,
      iat: now,
      exp: now + 300,
      nonce: wanted.get('nonce'),
      ...this.mood.person,
    })
    const idToken = signed(claims, this.mood.wrongKey ? this.#otherKey : this.#key.privateKey)
    json(response, 200, { access_token: randomBytes(16).toString('hex'), token_type: 'Bearer', id_token: idToken })
  }
}

function signed(claims: unknown, key: KeyObject): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid: 'one' })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
