import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule as NestConfigModule, getConfigToken, registerAs } from '@nestjs/config';
import { IssuingRulesInForce } from './issuing-rules-in-force.js';
import type { Secrets } from './secrets.js';
import { variablesOf, type Variables } from './settings.js';
import type { PriceEntry } from '../domain/price.js';
import type { Settings } from './settings.schema.js';

/** A price list of the operator's own, by provider. */
export type OwnPrices = ReadonlyMap<string, readonly PriceEntry[]>;

const NAMESPACE = 'settings';
/** Injection token of the frozen {@link Settings}: a namespace of `@nestjs/config`. */
export const SETTINGS = getConfigToken(NAMESPACE);
/** Injection token of the {@link Variables} of the environment, in which providers find their keys. */
export const VARIABLES = Symbol('VARIABLES');
/** Injection token of the {@link Secrets}. */
export const SECRETS = Symbol('SECRETS');
/** Injection token of the prices of the operator's own list, by provider. */
export const OWN_PRICES = Symbol('OWN_PRICES');
/** Injection token of the connection string of the database in use, the embedded one's where none is set. */
export const DATABASE_URL = Symbol('DATABASE_URL');

/** Injection token of the folder that this process works in, for its journal and its uploads; nobody else has it. */
export const WORK_FOLDER = Symbol('WORK_FOLDER');

/** What every module may ask for: settings, variables, secrets, and where the database is. */
@Global()
@Module({})
export class ConfigModule {
  static register(facts: {
    settings: Settings;
    variables: Variables;
    secrets: Secrets;
    databaseUrl: string;
    /** Undefined = the data folder. */
    workFolder?: string;
    prices?: OwnPrices;
  }): DynamicModule {
    return {
      module: ConfigModule,
      imports: [
        // The environment has been read by then, `.env` included, and checked together with what the configuration file
        // says: a `validationSchema` would see the variables alone.
        NestConfigModule.forRoot({
          cache: true,
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [registerAs(NAMESPACE, () => facts.settings)],
        }),
      ],
      providers: [
        { provide: VARIABLES, useValue: facts.variables },
        { provide: SECRETS, useValue: facts.secrets },
        { provide: OWN_PRICES, useValue: facts.prices ?? new Map() },
        { provide: DATABASE_URL, useValue: facts.databaseUrl },
        { provide: WORK_FOLDER, useValue: facts.workFolder ?? facts.settings.data_dir },
        IssuingRulesInForce,
      ],
      exports: [NestConfigModule, VARIABLES, SECRETS, OWN_PRICES, DATABASE_URL, WORK_FOLDER, IssuingRulesInForce],
    };
  }
}

/** The variables of the process, and under them those of `.env` in the working folder. */
export async function readVariables(): Promise<Variables> {
  await NestConfigModule.forRoot();
  return variablesOf(process.env);
}
