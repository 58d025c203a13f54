import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import type { Secrets } from './secrets.js';
import { variablesOf, type Variables } from './settings.js';
import type { Settings } from './settings.schema.js';

/** Injection token of the frozen {@link Settings}: the namespace `settings` of `@nestjs/config`. */
export const SETTINGS = registerAs('settings', () => ({})).KEY;
/** Injection token of the {@link Variables} of the environment, in which providers find their keys. */
export const VARIABLES = Symbol('VARIABLES');
/** Injection token of the {@link Secrets}. */
export const SECRETS = Symbol('SECRETS');

/** What every module may ask for: settings, variables and secrets. */
@Global()
@Module({})
export class ConfigModule {
  static register(facts: { settings: Settings; variables: Variables; secrets: Secrets }): DynamicModule {
    return {
      module: ConfigModule,
      imports: [
        // The environment has been read by then, `.env` included.
        NestConfigModule.forRoot({
          cache: true,
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [registerAs('settings', () => facts.settings)],
        }),
      ],
      providers: [
        { provide: VARIABLES, useValue: facts.variables },
        { provide: SECRETS, useValue: facts.secrets },
      ],
      exports: [NestConfigModule, VARIABLES, SECRETS],
    };
  }
}

/** The variables of the process, and under them those of `.env` in the working folder. */
export async function readEnvironment(): Promise<Variables> {
  await NestConfigModule.forRoot();
  return variablesOf(process.env);
}
