import type { SharedChange, ToSupervisor } from './worker-messages.js';
import { WorkerSeat } from './worker-seat.js';

let said: ToSupervisor[];
let seat: WorkerSeat;
beforeEach(() => {
  said = [];
  seat = new WorkerSeat(2, (message) => said.push(message));
});

it('asks for the metrics of all, and gets those that it has asked for', async () => {
  const first = seat.allMetrics();
  const second = seat.allMetrics();
  expect(said).toEqual([
    { type: 'ask_all_metrics', id: 1 },
    { type: 'ask_all_metrics', id: 2 },
  ]);
  await seat.hear({ type: 'all_metrics', id: 2, text: 'two' });
  await seat.hear({ type: 'all_metrics', id: 1, text: 'one' });
  await seat.hear({ type: 'all_metrics', id: 7, text: 'nobody has asked' });
  expect(await Promise.all([first, second])).toEqual(['one', 'two']);
});

it('tells its own when it is asked, and nothing as long as it measures nothing', async () => {
  await seat.hear({ type: 'ask_own_metrics', id: 1 });
  expect(said).toEqual([]);
  seat.onMetricsAsked(() => Promise.resolve([]));
  await seat.hear({ type: 'ask_own_metrics', id: 2 });
  expect(said).toEqual([{ type: 'own_metrics', id: 2, metrics: [] }]);
});

it('passes changes on, and hears those of others', async () => {
  const heard: SharedChange[] = [];
  seat.onChange((change) => heard.push(change));
  seat.tellOthers({ what: 'configuration_file' });
  await seat.hear({ type: 'change', change: { what: 'deployment_reset', id: 'd' } });
  expect(said).toEqual([{ type: 'change', change: { what: 'configuration_file' } }]);
  expect(heard).toEqual([{ what: 'deployment_reset', id: 'd' }]);
});

it('knows how many serve once it has been told', async () => {
  expect(seat.standing).toBeUndefined();
  await seat.hear({ type: 'standing', standing: { up: 1, of: 2 } });
  expect(seat.standing).toEqual({ up: 1, of: 2 });
});
