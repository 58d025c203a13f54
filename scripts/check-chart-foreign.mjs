// Checks what the Helm chart makes of kinds that are not Kubernetes' own, against their schemas as @kubernetes-models has them:
// node scripts/check-chart-foreign.mjs FOLDER OBJECTS, where FOLDER has its packages and OBJECTS is what
// scripts/check-chart.py wrote. .ci/run does both.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODELS = {
  HTTPRoute: 'gateway-api/gateway.networking.k8s.io/v1/HTTPRoute.mjs',
  ServiceMonitor: 'prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor.js',
};

const [folder = '', objects = ''] = process.argv.slice(2);
const things = JSON.parse(readFileSync(objects, 'utf8'));
for (const thing of things) {
  const path = join(folder, 'node_modules', '@kubernetes-models', MODELS[thing.kind]);
  const { [thing.kind]: Model } = await import(pathToFileURL(path).href);
  new Model(thing).validate();
  console.log(`${thing.kind} ${thing.metadata.name} is valid`);
}
if (things.length === 0) throw new Error('the chart made none');
