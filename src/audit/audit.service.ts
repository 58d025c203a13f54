import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { toCsv, writeExport, type ExportFormat } from '../http/admin/export.js';
import { toPage, type Page } from '../http/admin/list.js';
import { CLOCK, type Clock } from '../http/clock.js';
import {
  auditEventSchema,
  type AuditEventView,
  type AuditExportQuery,
  type AuditFilter,
  type AuditQuery,
} from './audit-event.schema.js';
import { AuditRepository, type AuditEventRow } from './audit.repository.js';
import { shownValues } from './shown-values.js';

const fields = auditEventSchema.omit({ object: true }).keyof().options;

/** Reads audit events. Nothing changes them. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger(AuditService.name);

  constructor(
    private readonly repository: AuditRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list({ limit, cursor, ...filter }: AuditQuery): Promise<Page<AuditEventView>> {
    return toPage(await this.repository.list(filter, { limit: limit + 1, cursor }), limit, present);
  }

  /**
   * Answers with all events that pass the filter.
   * @param isStillAdmitted as of {@link writeExport}
   * @throws GatewayError before anything is sent
   */
  async export(
    { format, cursor: start, ...filter }: AuditExportQuery,
    isStillAdmitted: () => Promise<boolean>,
    response: Response,
  ): Promise<void> {
    const head = format === 'csv' ? toCsv([[...fields]]) : '';
    const { clock, logger } = this;
    const facts = { format, name: 'audit', head, cursor: start, isStillAdmitted, clock, logger };
    await writeExport(response, facts, (place) => this.part(filter, place, format));
  }

  private async part(
    filter: AuditFilter,
    place: { readonly limit: number; readonly cursor: string | undefined },
    format: ExportFormat,
  ) {
    const events = (await this.repository.list(filter, place)).map(present);
    const text =
      format === 'csv'
        ? toCsv(events.map((event) => fields.map((field) => cellOf(event[field]))))
        : events.map(lineOf).join('');
    return { text, rows: events.length, lastId: events.at(-1)?.id };
  }
}

function present({ created_at, before, after, ...row }: AuditEventRow): AuditEventView {
  return {
    object: 'audit_event',
    ...row,
    created_at: created_at.toISOString(),
    before: before && shownValues(before),
    after: after && shownValues(after),
  };
}

function lineOf(event: AuditEventView): string {
  const { object: _, ...told } = event;
  return `${JSON.stringify(told)}\n`;
}

function cellOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
