import { systemClock } from '../../src/http/clock.js';
import { Attempts } from '../../src/routing/attempts.js';
import type { DeploymentHealth } from '../../src/routing/deployment-health.js';
import type { DeploymentLoad } from '../../src/routing/deployment-load.js';
import { Executor } from '../../src/routing/executor.js';
import { Hedging } from '../../src/routing/hedging.js';
import { catalogueOf, sleepInFakedTime } from './scripted-provider.js';

/** An executor for scripted providers, in faked time. */
export function executorOf(health: DeploymentHealth, load: DeploymentLoad, random: () => number): Executor {
  const catalogue = catalogueOf();
  const attempts = new Attempts(catalogue, health, load, systemClock);
  const hedging = new Hedging(load, health, sleepInFakedTime);
  return new Executor(attempts, hedging, catalogue, health, load, random, sleepInFakedTime);
}
