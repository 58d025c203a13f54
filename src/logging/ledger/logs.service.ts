import { Injectable } from '@nestjs/common';
import { notFound } from '../../domain/errors.js';
import { toPage, type Page } from '../../http/admin/list.js';
import { LedgerRepository } from './ledger.repository.js';
import { presentLog, type LogQuery, type LogView } from './log.schema.js';
import { LedgerWriter } from './ledger.writer.js';

/** Reads the ledger. What this process has answered is always included: waiting rows are written first. */
@Injectable()
export class LogsService {
  constructor(
    private readonly repository: LedgerRepository,
    private readonly writer: LedgerWriter,
  ) {}

  async list({ limit, cursor, key_id, request_id, ...filter }: LogQuery): Promise<Page<LogView>> {
    await this.writer.flush();
    const rows = await this.repository.list({ ...filter, keyId: key_id, requestId: request_id }, limit, cursor);
    return toPage(rows, limit, presentLog);
  }

  /** @throws GatewayError 404 */
  async get(id: string): Promise<LogView> {
    await this.writer.flush();
    const found = await this.repository.find(id);
    if (!found) throw notFound(`There is no request with the id '${id}' in the ledger`, 'id');
    return presentLog(found);
  }
}
