import type { EncodedLog } from '../entry/ledger-record.js';
import type { JournalledRows } from './journalled-rows.js';
import {
  isRenamed,
  isUncertain,
  spendOwners,
  type BudgetSpend,
  type OwnedSpend,
  type RollupDifference,
  type SpendOwner,
  type VerificationRepository,
} from './verification.repository.js';

/** So many rows of the journal are looked up, or written, at once. */
const ROWS = 200;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const DAY_MS = 86_400_000;

/** What was found, in the order in which it was. */
export type Finding =
  | { readonly kind: 'journal'; readonly id: string; readonly repaired: boolean }
  | { readonly kind: 'rollup'; readonly difference: RollupDifference; readonly repaired: boolean }
  | { readonly kind: 'spend'; readonly owner: SpendOwner; readonly spend: OwnedSpend; readonly repaired: boolean }
  /** Who may have spent more in logs that are not kept any more; no difference. */
  | { readonly kind: 'uncertain'; readonly owner: SpendOwner; readonly spend: OwnedSpend }
  | { readonly kind: 'budget'; readonly spend: BudgetSpend; readonly repaired: boolean }
  /** A budget of a model that may have had another name; no difference. */
  | { readonly kind: 'renamed'; readonly spend: BudgetSpend };

/** How a verification has ended. */
export interface Verdict {
  /** Rows of the journal that were looked up; undefined = there was no journal to look into. */
  readonly journalled: number | undefined;
  /** Of these, those that are not in the database yet, which is no difference. */
  readonly notYetWritten: number;
  /** Of these, those that were written now. */
  readonly written: number;
  /** Days whose sums were compared with their rows. */
  readonly days: number;
  /** Keys whose spend was compared with their rows. */
  readonly keys: number;
  /** The same of teams. */
  readonly teams: number;
  /** Periods of budgets whose spend was compared with the rows and sums. */
  readonly budgets: number;
  readonly differences: number;
  /** Of these, those that were repaired. */
  readonly repaired: number;
  /** From when on rows are kept; what was added up before is left as it is. */
  readonly keptSince: Date | undefined;
}

/** What to verify, and with whom to share it. */
export interface VerificationOptions {
  readonly repository: VerificationRepository;
  readonly journal: JournalledRows | undefined;
  readonly repair: boolean;
  /** Writes logs to the ledger, as the gateway does. */
  readonly write: (logs: readonly EncodedLog[]) => Promise<unknown>;
  readonly onFinding: (finding: Finding) => void;
  /** Told now and then how far it is. */
  readonly onProgress: (message: string) => void;
}

/**
 * Compares what the ledger adds up with its rows, and repairs it if it shall: sums by the hour and the day, then the spend of
 * keys, then of teams, then in the periods of budgets. Also beside a gateway that is writing. It needs the memory of the sums of a day.
 * @throws the error of pg
 */
export async function verifyLedger(options: VerificationOptions): Promise<Verdict> {
  const { repository } = options;
  const journal = await verifyJournal(options);
  const keptSince = await repository.keptSince();
  const sums = keptSince ? await verifySums(options, keptSince) : nothing;
  const spends = { key: nothing, team: nothing };
  if (keptSince) for (const owner of spendOwners) spends[owner] = await verifySpends(options, owner, keptSince);
  const budgets = keptSince ? await verifyBudgets(options, keptSince) : nothing;
  const all = [sums, spends.key, spends.team, budgets];
  return {
    ...journal,
    days: sums.looked,
    keys: spends.key.looked,
    teams: spends.team.looked,
    budgets: budgets.looked,
    differences: all.reduce((total, { differences }) => total + differences, 0),
    repaired: all.reduce((total, { repaired }) => total + repaired, 0),
    keptSince,
  };
}

interface Tally {
  readonly looked: number;
  readonly differences: number;
  readonly repaired: number;
}
const nothing: Tally = { looked: 0, differences: 0, repaired: 0 };

async function verifyJournal(
  options: VerificationOptions,
): Promise<Pick<Verdict, 'journalled' | 'notYetWritten' | 'written'>> {
  const { journal } = options;
  if (!journal) return { journalled: undefined, notYetWritten: 0, written: 0 };
  let [journalled, notYetWritten, written] = [0, 0, 0];
  const batch = new Map<string, EncodedLog>();
  const settle = async (): Promise<void> => {
    const absent = await options.repository.absent([...batch.keys()]);
    const waiting = [...batch.values()].filter(({ id }) => absent.has(id));
    const isWritten = options.repair && journal.isFree && waiting.length > 0;
    if (isWritten) await options.write(waiting);
    for (const { id } of waiting) options.onFinding({ kind: 'journal', id, repaired: isWritten });
    journalled += batch.size;
    notYetWritten += waiting.length;
    if (isWritten) written += waiting.length;
    batch.clear();
    options.onProgress(`journal: ${journalled} rows`);
  };
  for await (const row of journal.rows) {
    batch.set(row.id, row);
    if (batch.size >= ROWS) await settle();
  }
  if (batch.size > 0) await settle();
  return { journalled, notYetWritten, written };
}

async function verifySums(options: VerificationOptions, keptSince: Date): Promise<Tally> {
  const { repository, repair } = options;
  let [looked, differences, repaired] = [0, 0, 0];
  for (
    let day = await repository.nextDay(keptSince);
    day;
    day = await repository.nextDay(new Date(day.getTime() + DAY_MS))
  ) {
    const found = await repository.differencesOf(day);
    if (repair && found.length > 0) await repository.repairDay(day, found);
    for (const difference of found) options.onFinding({ kind: 'rollup', difference, repaired: repair });
    looked += 1;
    differences += found.length;
    if (repair) repaired += found.length;
    options.onProgress(`sums: ${looked} days, up to ${day.toISOString().slice(0, 10)}, ${differences} differences`);
  }
  return { looked, differences, repaired };
}

async function verifySpends(options: VerificationOptions, owner: SpendOwner, keptSince: Date): Promise<Tally> {
  const { repository, repair } = options;
  let [looked, differences, repaired] = [0, 0, 0];
  let last = FIRST_ID;
  for (;;) {
    const spends = await repository.spendAfter(owner, last, keptSince);
    const lastSpend = spends.at(-1);
    if (!lastSpend) return { looked, differences, repaired };
    for (const spend of spends.filter(({ kept, counted }) => kept !== counted)) {
      if (isUncertain(spend)) {
        options.onFinding({ kind: 'uncertain', owner, spend });
        continue;
      }
      const isRepaired = repair && (await repository.repairSpend(owner, spend.id));
      options.onFinding({ kind: 'spend', owner, spend, repaired: isRepaired });
      differences += 1;
      if (isRepaired) repaired += 1;
    }
    looked += spends.length;
    last = lastSpend.id;
    options.onProgress(`spend: ${looked} ${owner}s, ${differences} differences`);
  }
}

async function verifyBudgets(options: VerificationOptions, keptSince: Date): Promise<Tally> {
  const { repository, repair } = options;
  let [looked, differences, repaired] = [0, 0, 0];
  let last: Pick<BudgetSpend, 'budget_id' | 'starts_at'> = { budget_id: FIRST_ID, starts_at: new Date(0) };
  for (;;) {
    const spends = await repository.budgetsAfter(last.budget_id, last.starts_at, keptSince);
    const lastSpend = spends.at(-1);
    if (!lastSpend) return { looked, differences, repaired };
    for (const spend of spends.filter(({ fits }) => !fits)) {
      if (isRenamed(spend)) {
        options.onFinding({ kind: 'renamed', spend });
        continue;
      }
      const isRepaired = repair && (await repository.repairBudget(spend));
      options.onFinding({ kind: 'budget', spend, repaired: isRepaired });
      differences += 1;
      if (isRepaired) repaired += 1;
    }
    looked += spends.length;
    last = lastSpend;
    options.onProgress(`budgets: ${looked} periods, ${differences} differences`);
  }
}
