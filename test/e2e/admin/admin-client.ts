import { MASTER_KEY } from '../../support/gateway.js';
import { object, OpenApiDocument, type Json } from './openapi-document.js';

/** An answer of the admin API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read what they expect; the document's schemas have been checked.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/**
 * A client of the admin API that holds every answer against the OpenAPI document: the route, the status and the body
 * must be documented. It keeps all that it was told, for a search for secrets.
 */
export class AdminClient {
  /** Every answer's headers and body as text. */
  readonly heard: string[] = [];

  private constructor(
    private readonly url: string,
    private readonly document: OpenApiDocument,
  ) {}

  static of(url: string): AdminClient {
    return new AdminClient(url, OpenApiDocument.copy);
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body?: object): Promise<Answer> {
    return this.call('POST', path, body);
  }

  patch(path: string, body: object): Promise<Answer> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  /** Walks all pages of a list; `between` runs after each page. */
  async walk(path: string, limit: number, between: () => Promise<void> = () => Promise.resolve()): Promise<Json[]> {
    const found: Json[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? `limit=${limit}` : `limit=${limit}&cursor=${cursor}`;
      const { status, body } = await this.get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
      if (status !== 200) throw new Error(JSON.stringify(body));
      expect(body.data.length).toBeLessThanOrEqual(limit);
      expect(body.has_more).toBe(body.next_cursor !== null);
      found.push(...body.data);
      cursor = body.next_cursor;
      await between();
    } while (cursor !== null);
    return found;
  }

  private async call(method: string, path: string, body?: object): Promise<Answer> {
    const [pathname = ''] = path.split('?');
    const { facts } = this.document.find(method, `/admin/v1/${pathname}`);
    const response = await fetch(`${this.url}/admin/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    this.heard.push(JSON.stringify([...response.headers]), text);
    const where = `${method} ${path} ${response.status}`;
    const documented = object(facts['responses'])[response.status];
    if (documented === undefined) throw new Error(`${where} is not documented: ${text}`);
    const answer: unknown = JSON.parse(text);
    this.document.check(object(documented)['content'], answer, where);
    if (response.ok && body) this.document.check(object(facts['requestBody'])['content'], body, `the body of ${where}`);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    return { status: response.status, headers: response.headers, body: answer };
  }
}
