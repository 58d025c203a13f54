/** Injection token of {@link AlertTime}. */
export const ALERT_TIME = Symbol('ALERT_TIME');

/** The time of day, as events, deliveries and their leases have it. */
export interface AlertTime {
  /** This gateway's. */
  now(): Date;
  /** What the database takes for its own; undefined = its own, by which gateways whose clocks differ agree. */
  moment(): Date | undefined;
}

/** Real time. */
export const realAlertTime: AlertTime = { now: () => new Date(), moment: () => undefined };
