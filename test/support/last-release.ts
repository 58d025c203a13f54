/**
 * The version that was handed out last, which runs beside this one during a rolling update. Nothing has been released yet: it is the
 * last commit of main before days of the ledger were closed (20261129000000_closed_days) and limits asked of
 * (20261129010000_limits_that_are_asked). At a release both are moved on to it (CONTRIBUTING.md, "Changing the database").
 */
export const lastRelease = {
  commit: '8d53700777788cd910dd89d4d36722fd98ddbe34',
  lastMigration: '20261128050000_audit_names',
} as const;

/**
 * What migrations since then take away because the version before does not use it any more, word for word as the test says it, each with
 * where that is seen. Empty at a release.
 */
export const excused: Readonly<Record<string, string>> = {};
