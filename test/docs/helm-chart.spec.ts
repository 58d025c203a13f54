import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { readSettings } from '../../src/config/settings.js';
import { settingsSchema, variableOf } from '../../src/config/settings.schema.js';
import { chartValues, pathsInSchema } from './chart-values.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const chart = `${root}/deploy/helm/auricle`;
const read = (path: string) => readFileSync(`${chart}/${path}`, 'utf8');

const templates = readdirSync(`${chart}/templates`)
  .map((name) => read(`templates/${name}`))
  .join('\n');
const workload = read('templates/workload.yaml');
const sets = readdirSync(`${chart}/ci`).filter((name) => name.endsWith('.yaml'));
const values = chartValues();

const settings = new Set(Object.keys(settingsSchema.in.shape).map(variableOf));
/** The chart says them to gateways that read them. */
settings.add('WORKERS');

/** How long the last flush of the ledger may take, see src/ledger/writer/ledger.writer.ts. */
const LEDGER_FLUSH_SECONDS = 10;

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, first = '']) => first);
const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();

describe('values of the Helm chart', () => {
  it('are read by the templates, each of them and no others', () => {
    const used = sorted(matches(templates, /\.Values\.([A-Za-z.]+)/g));
    expect(used).toEqual(sorted(values.map(({ path }) => path)));
  });

  it('are those of the schema, which allows their defaults', () => {
    expect(sorted(values.map(({ path }) => path))).toEqual(sorted(pathsInSchema()));
    const validate = new Ajv({ strict: false }).compile(JSON.parse(read('values.schema.json')));
    validate(parse(read('values.yaml')));
    expect(validate.errors).toBeNull();
  });

  it('are documented, each of them', () => {
    expect(values.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([]);
    expect(values.filter(({ meaning }) => meaning.includes('\n')).map(({ path }) => path)).toEqual([]);
  });

  it('are tried, each of them, by one of the sets that CI renders', () => {
    const said = new Set<string>();
    const paths = new Set(values.map(({ path }) => path));
    const collect = (value: unknown, path: string): void => {
      if (paths.has(path)) said.add(path);
      else for (const [name, inner] of Object.entries(Object(value))) collect(inner, path ? `${path}.${name}` : name);
    };
    for (const name of sets) collect(parse(read(`ci/${name}`)), '');
    const asTheyAre = [
      'nameOverride',
      'resources',
      'startupProbe',
      'livenessProbe',
      'readinessProbe',
      'securityContext',
    ];
    const untold = [...paths].filter((path) => !said.has(path) && !asTheyAre.includes(path));
    expect(untold).toEqual([
      'autoscaling.minReplicas',
      'autoscaling.maxReplicas',
      'autoscaling.behavior',
      'service.type',
      'service.port',
      'podSecurityContext',
    ]);
    expect(sets.length).toBeGreaterThanOrEqual(5);
  });
});

describe('the Helm chart', () => {
  it('is of this version of the gateway', () => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
    expect(parse(read('Chart.yaml')).appVersion).toBe(version);
  });

  it('sets variables that the gateway reads, and lets nobody say them twice', () => {
    const set = matches(workload, /- name: ([A-Z][A-Z_]+)$/gm);
    const [own = ''] = matches(templates, /"auricle.ownVariables" -}}\n(.+)\n/g);
    expect(sorted(set)).toEqual(sorted(own.split(' ')));
    expect(set.filter((name) => !settings.has(name))).toEqual([]);
    const inSets = sets.flatMap((name) => Object.keys(parse(read(`ci/${name}`)).env ?? {}));
    expect(inSets.filter((name) => !settings.has(name))).toEqual([]);
  });

  it('leaves the gateway the time to drain', () => {
    const [beyond = ''] = matches(
      workload,
      /add \.Values\.preStopSleepSeconds \.Values\.shutdownTimeoutSeconds (\d+)/g,
    );
    expect(Number(beyond)).toBeGreaterThan(LEDGER_FLUSH_SECONDS);
    const { shutdownTimeoutSeconds } = parse(read('values.yaml'));
    expect(shutdownTimeoutSeconds).toBe(readSettings({}).shutdown_timeout_seconds);
  });

  it('asks probes that there are, on the port that there is', () => {
    const { paths } = JSON.parse(readFileSync(`${root}/docs/openapi.json`, 'utf8'));
    const probed = matches(workload, /httpGet: \{ path: (\S+), port: http \}/g);
    expect(probed).toEqual(['/health/startup', '/health/live', '/health/ready']);
    expect(probed.filter((path) => !(path in paths))).toEqual([]);
    expect(workload).toContain(`containerPort: ${readSettings({}).port}`);
  });

  it('scales by a metric that there is', () => {
    const [metric = ''] = matches(read('templates/hpa.yaml'), /name: (auricle_\w+)/g);
    expect(readFileSync(`${root}/docs/observability.md`, 'utf8')).toContain(`| \`${metric}\` `);
  });

  it('runs as the user of the image', () => {
    const [user = ''] = matches(readFileSync(`${root}/Dockerfile`, 'utf8'), /^USER (\d+):/gm);
    const { podSecurityContext } = parse(read('values.yaml'));
    expect(podSecurityContext).toMatchObject({ runAsUser: Number(user), fsGroup: Number(user), runAsNonRoot: true });
  });
});
