import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { actAs, whoActs } from '../acting/acting.js';
import { noteChange } from '../database/audit-note.js';
import { PrismaService } from '../database/prisma.service.js';
import type { ConfigFile } from './config-file.reader.js';
import { changesOf, declaredBy, declaredSchema } from './declared-digests.js';

const storedRows = z.array(z.object({ declared: declaredSchema }));

/** What configuration files have declared, in PostgreSQL. */
@Injectable()
export class ConfigFileRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Notes what a file declares now. Where that differs from what it did when any gateway on this database last took it, an audit
   * event tells what was added, changed and removed, by name.
   */
  async note(file: ConfigFile): Promise<void> {
    const { path } = file;
    const asked = whoActs();
    await actAs({ ...asked, actor: { kind: 'file', name: path } }, () =>
      this.prisma.ask(() =>
        this.prisma.change(async (transaction) => {
          const id = createHash('sha256').update(path).digest('hex');
          const isFirst =
            (await transaction.$executeRaw`
              INSERT INTO configuration_file (id, declared) VALUES (${id}, '{}') ON CONFLICT DO NOTHING`) > 0;
          const rows = await transaction.$queryRaw`
            SELECT declared FROM configuration_file WHERE id = ${id} FOR UPDATE`;
          const declared = declaredBy(file);
          // What a newer version has written, and this one does not understand, has changed altogether.
          const before = storedRows.safeParse(rows).data?.[0]?.declared ?? {};
          const changes = changesOf(before, declared);
          if (!changes) return;
          await transaction.configurationFile.update({ where: { id }, data: { declared } });
          await noteChange(transaction, {
            action: isFirst ? 'create' : 'update',
            kind: 'configuration_file',
            subject: { name: path },
            after: { ...changes, ...(asked && { requested_by: asked.actor }) },
          });
        }),
      ),
    );
  }
}
