import { toCsv } from './csv';

it('cells are quoted where they must be, and nothing is a formula', () => {
  const rows = [
    ['team', 'cost_usd', 'requests'],
    ['blue, "the" team', 0.0000001, 12],
    ['=HYPERLINK("x")', null, -3],
    ['团队\n二', 1234567.25, 0],
  ];
  expect(toCsv(rows)).toBe(
    [
      'team,cost_usd,requests',
      '"blue, ""the"" team",0.0000001,12',
      '"\'=HYPERLINK(""x"")",,-3',
      '"团队\n二",1234567.25,0',
      '',
    ].join('\r\n'),
  );
});
