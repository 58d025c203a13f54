// What was measured, as a table and as a chart.

const COLUMNS = ['requestsPerSecond', 'p50Ms', 'p99Ms', 'cpuMs', 'cpuWithDatabaseMs', 'peakMib'];

/** Medians of the rounds in Markdown, with each one's ratio to the others in requests a second. */
export function tableOf({ machine, results }) {
  const lines = [
    headOf(machine),
    '',
    '| Size | c | | Requests/s | p50 ms | p99 ms | CPU ms | with database | Peak MiB | Failed |',
    '| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const { size, connections, name, rounds } of groupsOf(results)) {
    const medians = COLUMNS.map((column) => format(median(rounds.map((round) => round[column]))));
    const failed = rounds.flatMap(({ failures }) => Object.values(failures)).reduce((sum, count) => sum + count, 0);
    lines.push(`| ${[size, connections, name, ...medians, failed].join(' | ')} |`);
  }
  return lines.join('\n');
}

const STREAM_COLUMNS = [
  'firstP50Ms',
  'firstP99Ms',
  'delayP50Ms',
  'delayP99Ms',
  'delayMaxMs',
  'jitterP50Ms',
  'jitterP99Ms',
  'jitterMaxMs',
  'requestsPerSecond',
  'requestP50Ms',
  'requestP99Ms',
  'cpuPercent',
  'peakMib',
];

/** Medians of the rounds of `stream.mjs` in Markdown. */
export function streamTableOf({ machine, results }) {
  const lines = [
    headOf(machine),
    '',
    '| | First event p50 ms | p99 | Delay p50 ms | p99 | max | Jitter p50 ms | p99 | max | Requests/s | p50 ms | p99 | CPU % | Peak MiB | Streams | Failed |',
    `| --- |${' ---: |'.repeat(15)}`,
  ];
  for (const name of new Set(results.map((result) => result.name))) {
    const rounds = results.filter((result) => result.name === name);
    const medians = STREAM_COLUMNS.map((column) => format(median(rounds.map((round) => round[column]))));
    const streams = rounds.reduce((sum, round) => sum + round.streams, 0);
    lines.push(`| ${[name, ...medians, streams, rounds.flatMap(failuresOf).length].join(' | ')} |`);
  }
  return lines.join('\n');
}

/** What went wrong in one round of `stream.mjs`, a line each. */
export function failuresOf({ streamFailures, requestFailures }) {
  return [...Object.entries(streamFailures), ...Object.entries(requestFailures)].map(
    ([what, count]) => `${count} x ${what}`,
  );
}

function headOf(machine) {
  const { cpus, node, commit, date, loadBefore, loadAfter, command } = machine;
  return `${cpus}, Node ${node}, commit ${commit}, ${date}, load ${format(loadBefore)} before and ${format(loadAfter)} after: \`${command}\``;
}

const BAR = { height: 14, gap: 4, left: 190, width: 460 };

/** Requests a second, each size and number of connections by itself, the fastest as the whole width. */
export function chartOf({ machine, results }) {
  const groups = groupsOf(results).map((it) => ({
    ...it,
    speed: median(it.rounds.map((round) => round.requestsPerSecond)) ?? 0,
  }));
  const shapes = [];
  let y = 24;
  for (const title of new Set(groups.map(titleOf))) {
    const within = groups.filter((it) => titleOf(it) === title);
    const most = Math.max(...within.map(({ speed }) => speed), 1);
    y += 10;
    shapes.push(`<text x="8" y="${y}" font-weight="bold">${title}</text>`);
    y += 8;
    for (const { name, speed } of within) {
      const width = Math.max(1, (speed / most) * BAR.width);
      shapes.push(
        `<text x="8" y="${y + 11}">${name.replace(/[&<>]/g, '')}</text>`,
        `<rect x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${name === 'Auricle' ? '#d55e00' : '#999'}"/>`,
        `<text x="${BAR.left + width + 6}" y="${y + 11}">${format(speed)}/s</text>`,
      );
      y += BAR.height + BAR.gap;
    }
    y += 8;
  }
  const caption = `${machine.cpus}, Node ${machine.node}, commit ${machine.commit}, ${machine.date}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${y + 10}" font-family="sans-serif" font-size="12">
<text x="8" y="16">${caption}</text>
${shapes.join('\n')}
</svg>
`;
}

function titleOf({ size, connections }) {
  return `${size}, ${connections} at once`;
}

function groupsOf(results) {
  const groups = new Map();
  for (const result of results) {
    const { size, connections, name } = result;
    const key = JSON.stringify([size, connections, name]);
    const group = groups.get(key) ?? { size, connections, name, rounds: [] };
    group.rounds.push(result);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function median(values) {
  const known = values.filter((value) => value !== null && value !== undefined).toSorted((one, other) => one - other);
  return known[Math.floor(known.length / 2)] ?? null;
}

function format(value) {
  if (value === null || value === undefined) return '';
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}
